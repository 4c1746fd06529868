"""An imputation says what becomes of donors that lack a target, and none does.

## What it does

Reports `donor: {missing: ...}` that drops or completes donors where, by the lock and by the expressions of
their columns, each of them has every target.

## Why it matters

A reader takes it that the donors have gaps, and that the manifest says how much they matter. Often a column
has lost its nulls on the way, as by `coalesce(..., 0)`: then zeros stand where nobody answered.

## Example

```yaml
imputations:
  detail:
    donor: {source: donors, uprate: to_2023, missing: {impute: {}}}
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: "nullif(property_tax, 9)"}   # 9 is no answer
imputations:
  detail:
    donor: {source: donors, uprate: to_2023, missing: {impute: {}}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC435", __doc__)
