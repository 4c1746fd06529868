"""Two files are joined by keys of different types.

## What it does

Compares the locked types of the two columns of each pair under `keys:`. Text and a number, or a truth value
and a number, are no pair; whole numbers and numbers with a fraction are.

## Why it matters

A number that one file writes as text, with leading zeros say, equals no number of the other: no row would
find its partner, or the comparison would fail when the build has begun.

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
  "columns": {"H_SEQ": ["VARCHAR", 0, "001", "999"]}}}}
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
```

```yaml
# file: sources.lock
{"sources": {"survey.household": {
  "sha256": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "licence": "CC0-1.0",
  "locator": "data/households.csv", "rows": 50,
  "columns": {"H_SEQ": ["BIGINT", 0, 1.0, 9.0]}}}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC210", __doc__)
