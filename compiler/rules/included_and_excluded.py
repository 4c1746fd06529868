"""A surface includes and excludes the same variable.

## What it does

Reports a name that stands under `include:` and under `exclude:`.

## Why it matters

One of the two is not true.

## Example

```yaml
surfaces:
  shared:
    include: [taxable_interest_income]
    exclude:
      taxable_interest_income: {reason: formula_owned}
```

## Instead

```yaml
surfaces:
  shared:
    include: [taxable_interest_income]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC508", __doc__)
