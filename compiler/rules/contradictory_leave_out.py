"""A target leaves out what it declares, or what it cannot tell apart.

## What it does

Reports a family under `leave_out:` that is also under `families:`, and families left out of a target that
has no `family:` column.

## Why it matters

Its rows would be facts and no facts at once.

## Example

```yaml
targets:
  returns:
    leave_out:
      - {families: [wages], reason: no_carrier_data, note: the files hold no such income}
```

## Instead

```yaml
targets:
  returns:
    leave_out:
      - {families: [other], reason: no_carrier_data, note: the files hold no such income}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC604", __doc__)
