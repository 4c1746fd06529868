"""An uprating names what is not there to be moved.

## What it does

Reports an index with an empty list, and a variable under `by:` or `unchanged:` that is not in the frame.

## Why it matters

The amount that was meant is either misspelt or written by a later step, and would keep the money of its
year.

## Example

```yaml
upratings:
  to_2023:
    by:
      WAGES: [employment_income_before_lsr, tax_exempt_interest_income]
```

## Instead

```yaml
upratings:
  to_2023:
    by:
      WAGES: [employment_income_before_lsr]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC505", __doc__)
