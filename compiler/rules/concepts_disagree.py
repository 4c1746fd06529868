"""Two families measure different concepts by the same expression.

## What it does

Compares `concept:` of families that are trained on with the same measure, units, kind of places and year, and
of those that must add up to one another.

## Why it matters

Claims are not outlays, and gross is not net. Weights that are to meet both meet neither.

## Example

```yaml
targets:
  credits:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {claimed: {sum: adjusted_gross_income, concept: gross}}
  credits_again:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {paid: {sum: adjusted_gross_income, concept: net}}
calibrations:
  national: {targets: [returns, credits, credits_again]}
```

## Instead

```yaml
targets:
  credits:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {claimed: {sum: adjusted_gross_income, concept: gross}}
calibrations:
  national: {targets: [returns, credits]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC612", __doc__)
