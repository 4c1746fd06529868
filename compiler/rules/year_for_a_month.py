"""Nobody says whether an amount is a month's or the year's.

## What it does

Some amounts the engine knows by the month. For each that a source gives, `per:` says whether the expression
gives an amount of a month or of the year. A month's is multiplied by twelve: a frame holds the amount of the
year, as the engine reads it, spreads it evenly over the months and adds it up again. Stocks, truth values
and categories have no `per:`.

## Why it matters

A month's amount taken for the year's is wrong by a factor of twelve, and looks like any other amount.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        sd_ssp_approved_care_cost: {head: interest}
upratings:
  to_2023:
    by:
      OTHER: [taxable_interest_income, real_estate_taxes, sd_ssp_approved_care_cost]
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        sd_ssp_approved_care_cost: {head: interest}
      per: {sd_ssp_approved_care_cost: month}
upratings:
  to_2023:
    by:
      OTHER: [taxable_interest_income, real_estate_taxes, sd_ssp_approved_care_cost]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC308", __doc__)
