"""A set stores what cannot be stored.

## What it does

Reports a name of a `derivations` or `draws` set that is a variable with a value, computed whenever it is
read, or an id or a membership, which the entities of a source make.

## Why it matters

Two values of one name would be there, the one that is stored and the one that is computed, and it would
depend on the reader which of them counts.

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
    values: {is_unit_head: age > 30}
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
variables:
  is_old_head: {entity: person, type: bool}
derivations:
  parts:
    entity: person
    values: {is_old_head: is_unit_head and age > 30}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC427", __doc__)
