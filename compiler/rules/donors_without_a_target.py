"""Donors may lack a target, and nothing is said of them.

## What it does

Follows missing values from the lock through every expression, and reports a target that some donor may be
without, where the imputation does not say under `donor: {missing: ...}` what becomes of such donors. A target
that `where:` or `rows:` asks about is taken to be there.

## Why it matters

A donor that lacks a target has nothing to give: the run ends at the fit. Whether those who did not answer are
like those who did is for a person to say: left out, they are taken to be; completed, they are so far as
predictors tell. `missing: refuse` says that there are none.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: "nullif(property_tax, 9)"}   # 9 is no answer
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

RULE = Rule.of("SPC434", __doc__)
