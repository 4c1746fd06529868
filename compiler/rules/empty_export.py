"""An export writes no file.

## What it does

Reports an export with neither `policyengine:` nor `parquet:`.

## Why it matters

The step would end well and leave nothing behind.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - export: spare
exports:
  spare: {}
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - export: spare
exports:
  spare: {parquet: spare}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC602", __doc__)
