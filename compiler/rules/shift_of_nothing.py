"""A scenario for missing values is about what is never missing.

## What it does

Reports a name under `delta:` that is no target of the imputation, that no donor can lack, or that is text.

## Why it matters

The manifest would have no such scenario, and who reads it takes the means beside it for robust.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: "nullif(property_tax, 9)"}   # 9 is no answer
imputations:
  detail:
    donor: {source: donors, uprate: to_2023, missing: {impute: {delta: {taxable_interest_income: -0.2}}}}
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
    donor: {source: donors, uprate: to_2023, missing: {impute: {delta: {real_estate_taxes: -0.2}}}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC436", __doc__)
