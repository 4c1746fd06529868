"""A calibration scales its start to a target that it does not use.

## What it does

Reports a `scale_to:` that is not among the calibration's `targets:`.

## Why it matters

The start weights are scaled to the sum of that target's counts; without its facts there is no sum.

## Example

```yaml
calibrations:
  national:
    targets: [returns]
    start: {scale_to: population}
```

## Instead

```yaml
calibrations:
  national:
    targets: [returns]
    start: {scale_to: returns}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC601", __doc__)
