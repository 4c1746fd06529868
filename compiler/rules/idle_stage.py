"""A stage of a calibration takes nothing, or facts to train on join at no stage.

## What it does

Reports a stage whose facts all join at an earlier one, and families that are declared to be trained on but
that no stage takes. Stages that take facts by place, by carriers or up to a number are not judged: what they
take only the run knows.

## Why it matters

A fact joins at the first stage that takes it. One that none takes is only looked at, which is what
`role: audit` says where everybody reads it.

## Example

```yaml
calibrations:
  national:
    stages:
      wages: {families: [returns.wages]}
```

## Instead

```yaml
calibrations:
  national:
    stages:
      wages: {families: [returns.wages]}
      rest: {}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC641", __doc__)
