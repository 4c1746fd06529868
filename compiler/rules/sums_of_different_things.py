"""Places are to add up to something that is not their sum.

## What it does

Compares a target with the one that its `adds_up_to:` names: places against a nation, the same entity, domain,
year and measure.

## Why it matters

A difference between different things is no finding, and their agreement an accident.

## Example

```yaml
targets:
  states:
    source: published
    period: 2023
    value: '"Value"'
    entity: person
    geography: {level: state, column: status, coded: name}
    families: {people: {count: person}}
    adds_up_to: {target: returns, family: returns, within: 0.01}
calibrations:
  national: {targets: [returns, states]}
```

## Instead

```yaml
targets:
  states:
    source: published
    period: 2023
    value: '"Value"'
    entity: person
    geography: {level: state, column: status, coded: name}
    families: {people: {count: person}}
    adds_up_to: {target: nation, within: 0.01}
  nation:
    source: published
    period: 2023
    value: '"Value"'
    entity: person
    families: {people: {count: person}}
calibrations:
  national: {targets: [returns, states]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC615", __doc__)
