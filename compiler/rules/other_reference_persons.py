"""Donor and recipient take another for the reference person.

## What it does

Compares `reference_person:` of the donor's source with that of the source the frame began with. Where they
differ, the imputation has to say under `reference_persons:` what is done about it; where they do not, it has
nothing to say. Nothing is said of a source that does not tell.

## Why it matters

The age of "the head" is that of a wife in one survey and of her husband in the other: one name, two people,
and a model that takes what it has learnt of the one for the other. No lock and no range shows it.

## Example

```yaml
sources:
  donors:
    population: {reference_person: man_of_couple}
  survey:
    population: {reference_person: householder}
```

## Instead

```yaml
sources:
  donors:
    population: {reference_person: man_of_couple}
  survey:
    population: {reference_person: householder}
imputations:
  detail:
    reference_persons: age is that of the man of a couple on both sides
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC444", __doc__)
