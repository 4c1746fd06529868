"""Bands leave something out, or one is empty.

## What it does

Reports bounds that are known without the table: a band whose upper bound is not above its lower one, and
bands that end below infinity. The rest is checked when the table is read.

## Why it matters

Bands are half-open and meet; a record that no band holds is in no fact, and nobody notices. What is left out
on purpose stands in `uncovered:` with a note.

## Example

```yaml
targets:
  returns:
    bands: {of: adjusted_gross_income, lower: 0, upper: 50000}
```

## Instead

```yaml
targets:
  returns:
    bands:
      of: adjusted_gross_income
      lower: 0
      upper: 50000
      uncovered: [{lower: 50000, note: a table of its own}]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC611", __doc__)
