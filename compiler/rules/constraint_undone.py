"""A later step changes what a constraint has made to hold.

## What it does

Reports a step that writes anew a variable of a rule, or something that its bound or condition reads. An
uprating of all variables of a rule about zero by one index keeps it, and is not reported; neither is a
later `constrain` with the same rule.

## Why it matters

The dataset would break a rule that the bundle says it keeps: parts moved by another index than their total
no longer add up to it.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - constrain: accounting
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
constraints:
  accounting:
    entity: person
    rules:
      - {at_most: 8000, of: [real_estate_taxes]}
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
      - {at_most: 8000, of: [real_estate_taxes]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC421", __doc__)
