"""A surface names a variable that its reference list does not hold.

## What it does

Reports an excluded name that is not in the `reference:`, and an included one, unless it is used
`instead` of an excluded one.

## Why it matters

An exclusion that matches nothing excludes nothing: most often a slip, or the list has moved on.

## Example

```yaml
# file: references/theirs.yaml
title: What somebody else imputes
source: a table of somebody else
names: [taxable_interest_income, strike_benefits]
```

```yaml
surfaces:
  shared:
    reference: references/theirs.yaml
    include: rest
    exclude:
      strike_benefits: {reason: intentional_divergence, note: no file of ours has them}
      alimony_income: {reason: intentional_divergence, note: repealed}
```

## Instead

```yaml
# file: references/theirs.yaml
title: What somebody else imputes
source: a table of somebody else
names: [taxable_interest_income, strike_benefits]
```

```yaml
surfaces:
  shared:
    reference: references/theirs.yaml
    include: rest
    exclude:
      strike_benefits: {reason: intentional_divergence, note: no file of ours has them}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC510", __doc__)
