"""A step changes what the engine has already read.

## What it does

Reports `clone`, `impute`, `constrain` and `uprate` steps that come after a `materialise` step.

## Why it matters

What the engine computed would belong to inputs that are no longer in the data.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - materialise: tax
    - uprate: to_2023
    - calibrate: national
    - export: dataset
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC413", __doc__)
