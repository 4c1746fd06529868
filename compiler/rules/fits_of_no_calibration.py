"""A gate looks at facts that no calibration before it has fitted.

## What it does

Reports `fits:` of a calibration that no earlier step of the pipeline carries out, and of a target that is not
one of the calibration's.

## Why it matters

There are no estimates of such facts that could be near or far from anything.

## Example

```yaml
validations:
  programs:
    gates:
      near: {fits: {calibration: national, target: return, within: 0.1}, at_least: 0.6}
```

## Instead

```yaml
validations:
  programs:
    gates:
      near: {fits: {calibration: national, target: returns, within: 0.1}, at_least: 0.6}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC621", __doc__)
