"""An amount stays in the money of another year than the dataset's.

## What it does

After an `uprate` step every amount in dollars must have been moved to the bundle's period or stand under
`unchanged:` with a note. The same is asked of what a `materialise` step reads.

## Why it matters

Amounts of ten years ago beside amounts of today look right in each column and wrong in every total.

## Example

```yaml
upratings:
  to_2023:
    by:
      OTHER: [real_estate_taxes]   # taxable_interest_income is left behind
```

## Instead

```yaml
upratings:
  to_2023:
    by:
      OTHER: [taxable_interest_income, real_estate_taxes]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC403", __doc__)
