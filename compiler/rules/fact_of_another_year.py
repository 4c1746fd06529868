"""Facts are of another year than the dataset.

## What it does

Compares `period:` of a target with the period of the bundle. A family with `aged_by:` is moved by an
index in the table of an uprating.

## Why it matters

Amounts and people grow; weights that meet the figures of two years ago describe two years ago.

## Example

```yaml
targets:
  returns:
    period: 2021
```

## Instead

```yaml
targets:
  returns:
    period: 2021
    families:
      count: {name: returns, count: tax_unit, aged_by: {uprating: to_2023, index: OTHER}}
      wages:
        sum: sum(employment_income_before_lsr) over tax_unit
        aged_by: {uprating: to_2023, index: WAGES}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC613", __doc__)
