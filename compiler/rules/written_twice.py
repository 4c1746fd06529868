"""A variable is written twice by what happens at the same time.

## What it does

Reports a variable that two blocks of an imputation draw, that stands in two surfaces of a clone, or that
two indices of an uprating move.

## Why it matters

Which value stays would depend on an order that nobody chose.

## Example

```yaml
upratings:
  to_2023:
    by:
      WAGES: [employment_income_before_lsr, real_estate_taxes]
      OTHER: [taxable_interest_income, real_estate_taxes]
```

## Instead

```yaml
upratings:
  to_2023:
    by:
      WAGES: [employment_income_before_lsr]
      OTHER: [taxable_interest_income, real_estate_taxes]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC404", __doc__)
