"""An expression reads a column that two joined files have.

## What it does

Refuses a column name that stands in the file of a source and in one that is joined to it, or in two joined
ones, where an expression reads it. Both places are shown. A key that has one name in both is one column.

## Why it matters

Which of the two is meant decides the value, and nobody has said it.

## Example

```yaml
sources:
  survey:
    join:
      household:
        locator: data/households.csv
        sha256: dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
        keys: {hh: H_SEQ}
```

```yaml
# file: sources.lock
{"sources": {"survey.household": {
  "sha256": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "licence": "CC0-1.0",
  "locator": "data/households.csv", "rows": 50,
  "columns": {"H_SEQ": ["BIGINT", 0, 1.0, 9.0], "wages": ["BIGINT", 0, 0.0, 9.0]}}}}
```

## Instead

```yaml
sources:
  survey:
    join:
      household:
        locator: data/households.csv
        sha256: dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
        keys: {hh: H_SEQ}
        prefix: hh_
    population:
      columns:
        is_blind: {head: hh_wages = 0}
```

```yaml
# file: sources.lock
{"sources": {"survey.household": {
  "sha256": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "licence": "CC0-1.0",
  "locator": "data/households.csv", "rows": 50,
  "columns": {"H_SEQ": ["BIGINT", 0, 1.0, 9.0], "wages": ["BIGINT", 0, 0.0, 9.0]}}}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC213", __doc__)
