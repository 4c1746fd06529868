"""Nothing uses a definition.

## What it does

Warns of a definition that no step refers to, directly or through another definition, and of a variable
that no step reads or stores. Nothing is said while other findings leave it open what is used.

## Why it matters

Most often a slip in a name, or what is left of a step that was removed.

## Example

```yaml
exports:
  spare: {parquet: spare}
```

## Instead

```yaml
exports:
  spare: {parquet: spare}
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - export: spare
    - validate: programs
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC507", __doc__)
