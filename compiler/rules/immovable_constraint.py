"""A constraint has nothing that it could move.

## What it does

Reports a rule all of whose variables are kept by `adjust:` of some rule of the set, and a variable that is
computed whenever it is read: it is stored nowhere, so that it cannot be moved.

## Why it matters

The rule could only hold by chance; a row that breaks it could not be mended.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - constrain: accounting
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
constraints:
  accounting:
    entity: person
    rules:
      - {part: taxable_interest_income, whole: real_estate_taxes, adjust: whole}
      - {at_least: 0, of: [taxable_interest_income]}
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - constrain: accounting
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
constraints:
  accounting:
    entity: person
    rules:
      - {part: taxable_interest_income, whole: real_estate_taxes, adjust: both}
      - {at_least: 0, of: [taxable_interest_income]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC420", __doc__)
