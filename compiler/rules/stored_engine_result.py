"""A source stores a variable that the engine computes.

## What it does

Reports a column of a population whose variable the engine computes from others.

## Why it matters

The engine takes a stored value for true and never applies its formula, so reforms of the law change
nothing.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        adjusted_gross_income: wages
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        employment_income_before_lsr: {head: wages}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC402", __doc__)
