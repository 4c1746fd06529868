"""A target compares codes of places as if they were any categories.

## What it does

Reports a `match:` on a variable that holds a place, such as `state_fips`, `state_code` or `county_fips`.

## Why it matters

Tables write the same place as 6, 06, CA or 0400000US06. `geography:` knows these codes, refuses those
that are none, and lets reports and sums over places know where a fact is. For groups of places, declare
a variable.

## Example

```yaml
targets:
  returns:
    match:
      state_fips: {column: status, codes: same}
```

## Instead

```yaml
targets:
  returns:
    match:
      filing_status: {column: status, codes: {All: any, Single: [SINGLE]}}
    geography: {level: state, column: measure, coded: name}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC610", __doc__)
