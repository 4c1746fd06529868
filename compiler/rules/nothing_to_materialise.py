"""A `materialise` step has nothing to compute.

## What it does

Reports the step when no later calibration or validation reads a variable that the engine computes.

## Why it matters

Running the engine is the longest step of a build. Which variables it computes is derived from what is read
later.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - materialise: tax
    - export: dataset
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - export: dataset
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC506", __doc__)
