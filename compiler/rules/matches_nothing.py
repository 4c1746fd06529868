"""A value is named that the table does not hold.

## What it does

Compares the values that `where:`, `leave_out:`, `families:` and `codes:` name with those that `sources.lock`
lists for the column; it lists them for columns with few.

## Why it matters

A condition that holds for no row, or for all, does something else than it says.

## Example

```yaml
# file: sources.lock
{"sources": {"published": {"columns": {
  "status": ["VARCHAR", 0, "All", "Single", ["All", "Single"]],
  "measure": ["VARCHAR", 0, "count", "wages", ["count", "other", "wages"]]}}}}
```

```yaml
targets:
  returns:
    match:
      filing_status: {column: status, codes: {All: any, Single: [SINGLE], Singel: [SINGLE]}}
```

## Instead

```yaml
# file: sources.lock
{"sources": {"published": {"columns": {
  "status": ["VARCHAR", 0, "All", "Single", ["All", "Single"]],
  "measure": ["VARCHAR", 0, "count", "wages", ["count", "other", "wages"]]}}}}
```

```yaml
targets:
  returns:
    match:
      filing_status: {column: status, codes: {All: any, Single: [SINGLE]}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC616", __doc__)
