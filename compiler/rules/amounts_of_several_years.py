"""A derived amount is made of the money of several years.

## What it does

Reports a value of a `derivations` set that reads amounts in US dollars of two years.

## Why it matters

The result would be in the money of no year, and no later uprating could move it rightly.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - derive: parts
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
upratings:
  donors_to_2014:   # moves the donor's wages, not its taxes of 2012
    factors: {source: growth, year: YEAR, concept: growth}
    by: {WAGES: [employment_income_before_lsr, taxable_interest_income]}
imputations:
  detail: {donor: {uprate: donors_to_2014}}
derivations:
  parts:
    entity: person
    values: {employment_income_before_lsr: employment_income_before_lsr - real_estate_taxes}
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
    values: {employment_income_before_lsr: employment_income_before_lsr - real_estate_taxes}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC429", __doc__)
