"""The pipeline does not begin with a scaffold.

## What it does

Reports a pipeline whose first step is not `scaffold:`.

## Why it matters

The scaffold gives the rows. Every other step changes or reads rows that are there.

## Example

```yaml
bundle:
  pipeline:
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

RULE = Rule.of("SPC411", __doc__)
