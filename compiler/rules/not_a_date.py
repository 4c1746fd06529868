"""A date is none: its month or day does not exist.

## What it does

Reports a date of the right form that no calendar has, such as `2027-13` or `2027-02-30`. Whether a date
has passed is not asked: lint says the same on every day, and `specc breaking` alone knows what day it is.

## Why it matters

An acceptance ends on its date. One that no day ever reaches would never end.

## Example

```yaml
breaks:
  real_estate_taxes: {accept: removed, reason: no donor reports them any more, until: "2027-13"}
```

## Instead

```yaml
breaks:
  real_estate_taxes: {accept: removed, reason: no donor reports them any more, until: "2027-12"}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC111", __doc__)
