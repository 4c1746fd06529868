"""A block comes after one that is not drawn before it.

## What it does

Reports a name under `after:` that is not an earlier block of the same imputation.

## Why it matters

Blocks are drawn in the order in which they are written; the targets of a later one are not there yet.

## Example

```yaml
imputations:
  detail:
    blocks:
      income: {after: [costs]}
```

## Instead

```yaml
imputations:
  detail:
    blocks:
      costs: {after: [income]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC407", __doc__)
