"""A bound or condition reads what its own set of rules moves.

## What it does

Reports `where:`, `at_least:` and `at_most:` that read, directly or through a variable with a value, a
variable that a rule of the same set may move.

## Why it matters

Bounds and conditions are computed once, before rows are moved. If the set changed what they read, they
would no longer be true of the rows as they are afterwards.

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
      - {at_least: 0, of: [employment_income_before_lsr]}
      - {zero: [real_estate_taxes], where: employment_income_before_lsr <= 0}
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - constrain: signs
    - constrain: accounting
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
constraints:
  signs:
    entity: person
    rules:
      - {at_least: 0, of: [employment_income_before_lsr]}
  accounting:
    entity: person
    rules:
      - {zero: [real_estate_taxes], where: employment_income_before_lsr <= 0}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC425", __doc__)
