"""A file declares a kind that the language does not have.

## What it does

Reports a key at the top of a file that is no kind of definition, with the kind that was probably meant.

## Why it matters

Everything below the key would be left out of the build.

## Example

```yaml
calibration:
  regional:
    weight: household
    targets: [returns]
    method: {kind: dual}
```

## Instead

```yaml
calibrations:
  regional:
    weight: household
    targets: [returns]
    method: {kind: dual}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC106", __doc__)
