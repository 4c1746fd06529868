"""A column cannot say how precise the rows are.

## What it does

Looks up in the lock the column that `tolerance:` or `standard_error:` names: every value must be above zero,
none may be missing, and tolerances are shares, below 1.

## Why it matters

A miss is divided by it. A standard error of zero would outweigh all other facts together, a missing one says
nothing, and a tolerance of 5 for five per cent would have the fact ignored.

## Example

```yaml
targets:
  people:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    domain: tax_unit_is_filer
    standard_error: '"Value"'
    families: {people: {count: tax_unit}}
calibrations:
  national: {targets: [people]}
```

## Instead

```yaml
targets:
  people:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    domain: tax_unit_is_filer
    standard_error: greatest("Value" * 0.05, 1)
    families: {people: {count: tax_unit}}
calibrations:
  national: {targets: [people]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC630", __doc__)
