"""A rate is no share.

## What it does

Reports a constant rate of a `draws` set that is below 0 or above 1. What an expression or a table gives is
looked at when it is drawn.

## Why it matters

A rate of 82 would make the flag true for everybody, without a word. It was most likely meant in per cent.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - draw: take_up
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
draws:
  take_up:
    values:
      takes_up_snap_if_eligible: {entity: spm_unit, rate: 82, source: USDA FNS 2022}
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - draw: take_up
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
draws:
  take_up:
    values:
      takes_up_snap_if_eligible: {entity: spm_unit, rate: 0.82, source: USDA FNS 2022}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC430", __doc__)
