"""Facts are told by a target, a family or a level that the calibration does not have.

## What it does

Reports a stage, or a fold of a rotation, that names a target, a family or a level of places of which none of
the calibration's facts is.

## Why it matters

Such a stage takes nothing, and such a fold holds nothing out: what was meant would be done without, unseen.

## Example

```yaml
calibrations:
  national:
    stages:
      first: {families: [returns.wage]}
      rest: {}
```

## Instead

```yaml
calibrations:
  national:
    stages:
      first: {families: [returns.wages]}
      rest: {}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC640", __doc__)
