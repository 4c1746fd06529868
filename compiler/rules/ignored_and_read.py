"""A raw column is ignored and read by the same source.

## What it does

Reports a column under `ignore:` that an expression of the source uses.

## Why it matters

One of the two is not true, and a reader of `ignore:` would believe that the column has no influence.

## Example

```yaml
sources:
  donors:
    population:
      ignore:
        - {columns: [recid, wages], reason: bookkeeping, note: the publisher's row number}
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

RULE = Rule.of("SPC502", __doc__)
