"""A column of a source's file is neither used nor ignored with a reason.

## What it does

Every raw column of a population must be read by an expression, also one of a variable under `drop:`, or
stand under `ignore:`.

## Why it matters

A new edition of a survey may bring a column that replaces one of the model's guesses. Accounting for each
column makes somebody look at it.

## Example

```yaml
sources:
  donors:
    population:
      ignore:   # nothing is said of the column `recid`
        - {columns: [blank], reason: empty}
        - {instead: {snap_value: snap}, reason: computed_by_engine}
```

## Instead

```yaml
sources:
  donors:
    population:
      ignore:
        - {columns: [recid], reason: bookkeeping, note: the publisher's row number}
        - {columns: [blank], reason: empty}
        - {instead: {snap_value: snap}, reason: computed_by_engine}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC204", __doc__)
