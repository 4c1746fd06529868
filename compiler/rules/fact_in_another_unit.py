"""Values are declared in another unit than their measure.

## What it does

Compares `unit:` of a family with the unit of the variables that its measure adds up. A count has no unit.

## Why it matters

A fact in another unit is met by weights that are wrong by the same factor. Thousands are `scale: 1000`.

## Example

```yaml
targets:
  returns:
    families:
      wages: {sum: sum(employment_income_before_lsr) over tax_unit, unit: hour}
```

## Instead

```yaml
targets:
  returns:
    families:
      wages: {sum: sum(employment_income_before_lsr) over tax_unit, unit: currency-USD, scale: 1000}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC619", __doc__)
