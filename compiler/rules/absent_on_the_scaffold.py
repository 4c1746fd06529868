"""A clone writes a variable that its original half does not have.

## What it does

Reports a variable of a surface that is not in the frame, where the clone does not say with
`absent:` what becomes of it.

## Why it matters

The original half would have no value at all in that column.

## Example

```yaml
sources:
  survey:
    population:
      drop:
        - {variables: [real_estate_taxes, taxable_interest_income], reason: imputed_by_publisher}
clones:
  support:
    impute: {surface: shared, halves: clone}
surfaces:
  shared: {include: [real_estate_taxes]}   # the scaffold drops it, so the original half has none to keep
  donor_only: {include: [taxable_interest_income]}
```

## Instead

```yaml
clones:
  support:
    override: {surface: donor_only, halves: both, absent: create}
surfaces:
  shared: {include: [taxable_interest_income]}
  donor_only: {include: [real_estate_taxes]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC410", __doc__)
