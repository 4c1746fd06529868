"""A table with a row a year and index does not have the index.

## What it does

Compares the indices that an uprating names with the codes that `sources.lock` lists for the column of
`factors: {index: ...}`. Where the lock knows no codes, as there are too many, the run finds it.

## Why it matters

Publishers rename what they publish. An amount that is moved by nothing stays in the money of its year.

## Example

```yaml
# file: sources.lock
{"sources": {"growth": {"columns": {
  "INDEX": ["VARCHAR", 0, "OTHER", "WAGES", ["OTHER", "PERSONS", "WAGES"]],
  "VALUE": ["DOUBLE", 0, 1, 2]}}}}
```

```yaml
upratings:
  to_2023:
    factors: {source: growth, year: YEAR, index: INDEX, value: VALUE, per: PERSON, concept: growth}
```

## Instead

```yaml
# file: sources.lock
{"sources": {"growth": {"columns": {
  "INDEX": ["VARCHAR", 0, "OTHER", "WAGES", ["OTHER", "PERSONS", "WAGES"]],
  "VALUE": ["DOUBLE", 0, 1, 2]}}}}
```

```yaml
upratings:
  to_2023:
    factors: {source: growth, year: YEAR, index: INDEX, value: VALUE, per: PERSONS, concept: growth}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC225", __doc__)
