"""Rows elsewhere cannot have what the spec gives them.

## What it does

Reports `elsewhere: keep` of a variable that is not in the frame yet, and `elsewhere: zero` of text.

## Why it matters

Those rows would be without a value.

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
    values: {pre_subsidy_rent: {value: 1200, where: is_unit_head, elsewhere: keep}}
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
    values: {pre_subsidy_rent: {value: 1200, where: is_unit_head, elsewhere: zero}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC428", __doc__)
