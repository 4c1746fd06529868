"""A source of microdata drops rows, and nothing says why.

## What it does

Reports a `where:` of a source with a `population` that does more than to select by values: columns that
equal a constant, are in a list or between two ends, joined by `and`.

## Why it matters

A few rows may carry much of a total: sums of many returns that stand as one, or the top of an income. A rule
under `leave_out:` has a reason and a note, must match some row, and the manifest counts what it dropped.

## Example

```yaml
sources:
  survey:
    where: year = 2014 and wages < 8
```

## Instead

```yaml
sources:
  survey:
    where: year = 2014
    leave_out:
      - {where: wages >= 8, reason: aggregate_record, note: each stands for many units with high wages}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC517", __doc__)
