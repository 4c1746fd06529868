"""An imputation is carried out twice on one frame.

## What it does

Reports a clone or an `impute` step whose imputation another step of the same pipeline has carried out
already.

## Why it matters

A block has one node, one stream and one column with its donors. The second time would be the first over
again: what it should have written on other rows would not be there.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support       # draws `detail`
    - impute: detail
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
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
    - validate: programs
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC452", __doc__)
