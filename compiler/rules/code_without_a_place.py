"""A code that the lock knows is in no category.

## What it does

Holds a `map:` against the codes that `sources.lock` has of the column: each must be in a category, or be
listed under `without:` with a reason. A column of which the lock lists no codes cannot be held to anything,
and is refused. The run holds the file to the same list, so that an edition with a new code does not pass.

## Why it matters

A code that nobody thought of would be a missing value, in silence: people who did not answer would look like
those who were never asked, and a category that a survey has split would lose half of its members.

## Example

```yaml
# file: sources.lock
{"sources": {"donors": {"columns": {"ten": ["BIGINT", 0, 1, 9, [1, 2, 3, 9]]}},
             "survey": {"columns": {"ten": ["BIGINT", 0, 1, 9, [1, 2, 3, 9]]}}}}
```

```yaml
variables:
  tenure: {entity: person, type: str}
sources:
  donors:
    population:
      columns:
        tenure: {map: ten, to: {owner: [1, 2], tenant: [3]}}
imputations:
  detail:
    predictors: [age, unit_wages, tenure]
```

## Instead

```yaml
# file: sources.lock
{"sources": {"donors": {"columns": {"ten": ["BIGINT", 0, 1, 9, [1, 2, 3, 9]]}},
             "survey": {"columns": {"ten": ["BIGINT", 0, 1, 9, [1, 2, 3, 9]]}}}}
```

```yaml
variables:
  tenure: {entity: person, type: str}
sources:
  donors:
    population:
      columns:
        tenure:
          map: ten
          to: {owner: [1, 2], tenant: [3]}
          without: [{codes: [9], reason: not_answered, note: refused to say}]
imputations:
  detail:
    predictors: [age, unit_wages, tenure]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC441", __doc__)
