"""A column that is copied looks like an id or a weight, and is declared as neither.

## What it does

Reports a column of a source that a clone copies, whose name ends in `_id` or speaks of weights, and of which
nothing says what it is. Declared is what a variable says with `refers_to:` or `weight: true`, and what the
replicates of a calibration name.

## Why it matters

Ids and weights of copies are made by what is declared, never by what a name looks like. What is declared as
neither is copied as it stands: a mother's id on a copy would be that of the original's mother, and a
replicate weight would count its household twice.

## Example

```yaml
variables:
  mother_id: {entity: person, type: int}
sources:
  survey:
    population:
      columns: {mother_id: {head: hh}}
```

## Instead

```yaml
variables:
  mother_id: {entity: person, type: int, refers_to: person}
sources:
  survey:
    population:
      columns: {mother_id: {head: hh}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC453", __doc__)
