"""Facts are to be scaled to what they cannot agree with.

## What it does

Reports a `reconcile:` whose two targets are of the same level, or of districts and counties, neither of which
lie in the other; and targets that are scaled to each other in a circle.

## Why it matters

Scaling makes the facts of places add up to the fact of the place that they lie in. Without one that lies in
the other there is nothing to add up, and in a circle no fact is left that the others could agree with.

## Example

```yaml
targets:
  nation:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {people: {count: tax_unit}}
    reconcile: {to: again, at_most: 0.1}
  again:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {people: {count: tax_unit}}
calibrations:
  national: {targets: [nation]}
```

## Instead

```yaml
targets:
  nation:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {people: {count: tax_unit}}
    reconcile: {to: states, at_most: 0.1}
  states:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    geography: {level: state, column: status, coded: postal}
    families: {people: {count: tax_unit}}
calibrations:
  national: {targets: [nation]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC631", __doc__)
