"""Blocks of an imputation have no order in which they can be drawn.

## What it does

Reports a name under `after:` that is no block of the same imputation, and blocks that come after each other.

## Why it matters

`after:` alone decides in which order blocks are drawn, and what a block sees of the others. The order in
which they are written means nothing.

## Example

```yaml
imputations:
  detail:
    blocks:
      income: {after: [costs]}
      costs: {after: [income]}
```

## Instead

```yaml
imputations:
  detail:
    blocks:
      income: {after: [costs]}
      costs: {after: []}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC407", __doc__)
