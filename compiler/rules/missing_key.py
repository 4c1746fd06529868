"""A key that must be written is missing.

## What it does

Reports a definition without a key that it needs, and a population that does not say what one of its
entities is.

## Why it matters

The language fills in defaults only where one is right for everybody. The rest is a decision of the author.

## Example

```yaml
validations:
  programs:
    aggregates:
      ssi: {sum: ssi, benchmark: 5.6e10, tolerance: 0.25}
```

## Instead

```yaml
validations:
  programs:
    aggregates:
      ssi: {sum: ssi, benchmark: 5.6e10, source: SSA annual report 2023, tolerance: 0.25}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC102", __doc__)
