"""A surface passes over names of its reference list.

## What it does

Reports, once a surface, the names of the `reference:` that it neither includes nor excludes.

## Why it matters

A reference is a list that the surface answers for. What is left out in silence is never missed by a
reader; an exclusion has a reason, and the reason is checked.

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
    include: [taxable_interest_income]
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

RULE = Rule.of("SPC509", __doc__)
