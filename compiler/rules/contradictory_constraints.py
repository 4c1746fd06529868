"""Rules of one constraint cannot hold together.

## What it does

Reports what can be proved without data: a constant lower bound above a constant upper one, a variable that
must be zero and at least something, bounds of parts that their total cannot reach, a total that is, through
other sums, a part of itself. Rules with different conditions are taken to be about different rows.

## Why it matters

There is no point to move a row to. A run would stop there, after everything before it has been computed.

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
      - {at_least: 100, of: [real_estate_taxes]}
      - {at_most: 50, of: [real_estate_taxes]}
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
      - {at_least: 50, of: [real_estate_taxes]}
      - {at_most: 100, of: [real_estate_taxes]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC419", __doc__)
