"""A column that the engine reads may be without a value in some rows.

## What it does

Follows missing values from the lock through every expression: `coalesce` takes them away, a `case` without
`else` adds them, `where` leaves out the rows it asks about. Reports what is left where `materialise` or a
PolicyEngine file reads it.

## Why it matters

The engine has no missing values. A build would stop at that step, after everything before it was done.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: property_tax}
        taxable_interest_income: {head: case when head_age > 17 then interest end}
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: property_tax}
        taxable_interest_income: {head: case when head_age > 17 then interest else 0 end}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC416", __doc__)
