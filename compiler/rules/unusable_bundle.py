"""A bundle that is to be used is not there, or cannot be used.

## What it does

Reports a `use` of a folder that does not stand beside this bundle's, or is a link that leads elsewhere; of
one that holds no spec; and of a bundle that itself uses others, this one above all. The folder may be a
library, which declares things to be used and no `bundle:`.

## Why it matters

Specs come from anybody. What a bundle reads is its own folder and those beside it that it names; a chain
would let others decide what that is, and a circle has no beginning.

## Example

```yaml
# file: bundle.yaml
bundle:
  name: small
  language: 2
  engine: policyengine_us
  period: 2023
  seed: 7
  budget: {memory: 2 GiB}
  use:
    us_common: {targets: [age]}   # there is no such folder
  pipeline:
    - scaffold: survey
    - export: dataset
```

## Instead

```yaml
targets:
  age:
    source: published
    period: 2023
    value: '"Value"'
    entity: person
    families: {people: {count: person}}
calibrations:
  national: {targets: [returns, age]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC107", __doc__)
