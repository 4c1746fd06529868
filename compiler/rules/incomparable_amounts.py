"""A rule compares what cannot be compared.

## What it does

Reports text, truth values in any rule but `zero:`, variables or a bounding column of different units, and
whole numbers that a sum or a part of a whole would have to move to fractions.

## Why it matters

A rule between dollars and counts would move amounts for no reason, and nothing in the data would show it.

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
      - {at_least: 0, of: [tax_unit_role_input]}
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
      - {at_least: 0, of: [real_estate_taxes]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC424", __doc__)
