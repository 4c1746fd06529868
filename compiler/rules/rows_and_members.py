"""A source mixes rows that are persons with rows that hold members.

## What it does

Refuses `couple:` and values by member where a source has no `members:`, so that each of its rows is one
person; a draw `when:` something holds where rows hold members; and `take: first` where nobody has several
rows.

## Why it matters

Whether a row is a person or holds several decides how many persons there are. A value that is meant for one
of two members would be given to everybody, or to nobody.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        is_blind: {value: wages = 0, take: first}
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        is_blind: {head: wages = 0}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC208", __doc__)
