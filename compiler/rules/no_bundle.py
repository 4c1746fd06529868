"""The folder holds no bundle.

## What it does

Reports a folder without a `.yaml` file, and one where no file declares `bundle:`.

## Why it matters

`bundle:` names the engine, the period, the seed and the pipeline. Without it there is nothing to check
against.

## Example

```yaml
# file: bundle.yaml
exports:
  spare: {parquet: spare}
```

## Instead

```yaml
# file: bundle.yaml
bundle:
  name: small
  language: 2
  engine: policyengine_us
  period: 2023
  seed: 7
  budget: {memory: 2 GiB}
  pipeline:
    - scaffold: survey
    - export: dataset
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC105", __doc__)
