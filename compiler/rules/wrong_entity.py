"""A value belongs to another entity than the place it is used at.

## What it does

Reports a person's column where a group's value is needed, a group's value that is given member by member,
and a predictor or target of another entity than the imputation draws for.

## Why it matters

Adding up persons where tax units are meant gives a plausible number that is wrong.

## Example

```yaml
targets:
  returns:
    families:
      wages: {sum: employment_income_before_lsr}
```

## Instead

```yaml
targets:
  returns:
    families:
      wages: {sum: sum(employment_income_before_lsr) over tax_unit}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC302", __doc__)
