"""The values of a set depend on each other in a circle.

## What it does

Reports names of one `derivations` or `draws` set that read one another, directly or through a variable with
a value, so that none of them can be computed first. A name that reads itself is no circle: it reads what
the frame held before.

## Why it matters

What is written below another name is computed as soon as what it reads is there; the order in the file means
nothing. In a circle there is no such order.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - derive: parts
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
derivations:
  parts:
    entity: person
    values:
      taxable_interest_income: employment_income_before_lsr / 10
      employment_income_before_lsr: taxable_interest_income * 10
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - derive: parts
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
derivations:
  parts:
    entity: person
    values:
      employment_income_before_lsr: employment_income_before_lsr * 1.1
      tax_exempt_interest_income: employment_income_before_lsr / 10
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC426", __doc__)
