"""A step stands in the pipeline a second time.

## What it does

Reports a step of the same kind and name as an earlier one, and any second scaffold.

## Why it matters

Names are identity: results of two steps of one name could not be told apart, nor can a frame start twice.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - export: dataset
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

RULE = Rule.of("SPC412", __doc__)
