"""An expression over the rows of a file aggregates over a group.

## What it does

Refuses `over ENTITY` in expressions of sources and of target tables. They are evaluated row by row, before
there are any entities.

## Why it matters

Which rows form a household is only known once the source's ids are built.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        employment_income_before_lsr: {head: sum(wages) over household}
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        employment_income_before_lsr: {head: wages}
variables:
  household_wages: {entity: household, type: float, value: sum(employment_income_before_lsr) over household}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC303", __doc__)
