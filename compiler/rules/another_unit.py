"""Money meets something that is not money.

## What it does

Reports sums, differences and comparisons of an amount in dollars with an age, a count or a share; a
variable declared in another unit than its value; a validation whose `unit` (dollars, where none is written)
is not that of its sum. It speaks only where both units are certain: constants fit any unit, products and
quotients have none that is known.

## Why it matters

The sum of dollars and years is a number like any other; nothing downstream can see that it means nothing.

## Example

```yaml
variables:
  unit_wages: {value: sum(employment_income_before_lsr + age) over tax_unit}
```

## Instead

```yaml
variables:
  unit_wages: {value: sum(employment_income_before_lsr) over tax_unit}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC307", __doc__)
