"""The table holds a value that nobody accounts for.

## What it does

Compares the values that `sources.lock` lists for the column of families, categories or places with those that
the target maps or leaves out; only where no `where:` or `leave_out:` may remove their rows.

## Why it matters

Its rows would be refused when the table is read, which may be an hour later.

## Example

```yaml
# file: sources.lock
{"sources": {"published": {"columns": {
  "status": ["VARCHAR", 0, "All", "Single", ["All", "Single"]],
  "measure": ["VARCHAR", 0, "count", "wages", ["count", "wages"]]}}}}
```

```yaml
targets:
  people:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    family: measure
    families: {count: {count: tax_unit}}
calibrations:
  national: {targets: [people]}
```

## Instead

```yaml
# file: sources.lock
{"sources": {"published": {"columns": {
  "status": ["VARCHAR", 0, "All", "Single", ["All", "Single"]],
  "measure": ["VARCHAR", 0, "count", "wages", ["count", "wages"]]}}}}
```

```yaml
targets:
  people:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    family: measure
    families: {count: {count: tax_unit}, wages: {sum: adjusted_gross_income}}
calibrations:
  national: {targets: [people]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC617", __doc__)
