"""Nothing is known of a source's columns.

## What it does

Reports a source that the build uses and `sources.lock` does not hold.

## Why it matters

Lint opens no data. What it knows of columns, types, ranges and codes stands in the lock, which
`specc sources lock` writes.

## Example

```yaml
sources:
  later:
    title: A newer edition
    locator: data/later.csv
    sha256: eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
    licence: CC0-1.0
upratings:
  to_2023:
    factors: {source: later}
```

## Instead

```yaml
sources:
  later:
    title: A newer edition
    locator: data/later.csv
    sha256: eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
    licence: CC0-1.0
upratings:
  to_2023:
    factors: {source: later}
```

```yaml
# file: sources.lock
{"sources": {"later": {
  "sha256": "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
  "licence": "CC0-1.0", "locator": "data/later.csv", "rows": 20, "columns": {
    "YEAR": ["BIGINT", 0, 2012, 2023, [2012, 2014, 2023]],
    "WAGES": ["DOUBLE", 0, 0.9, 1.1],
    "OTHER": ["DOUBLE", 0, 0.9, 1.1]}}}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC701", __doc__)
