"""A value has the wrong type or form, or is out of range.

## What it does

Reports a value that its key does not take: a list for a number, a word outside a closed list, a number out
of range, a name with a space, a locator that leaves the bundle or names no exact version.

## Why it matters

The value cannot be used as it is, and guessing what was meant would build another dataset.

## Example

```yaml
calibrations:
  national:
    method: {kind: dual, distance: entropi}
```

## Instead

```yaml
calibrations:
  national:
    method: {kind: dual, distance: entropy}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC103", __doc__)
