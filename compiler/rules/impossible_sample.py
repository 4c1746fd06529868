"""A donor sample cannot tell whom to keep.

## What it does

Reports `keep: {by: ...}` with a column that is text or a truth value, or that belongs to another entity
than the donors.

## Why it matters

A sample keeps the donors at the top of an amount, because recipients can be given no more than some donor
has. What is no amount has no top.

## Example

```yaml
imputations:
  detail:
    donor:
      sample: {records: 20000, keep: {top: 0.005, by: tax_unit_role_input}}
```

## Instead

```yaml
imputations:
  detail:
    donor:
      sample: {records: 20000, keep: {top: 0.005, by: employment_income_before_lsr}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC422", __doc__)
