"""A scaffold or donor is a plain table.

## What it does

Reports a source without `population:` where rows of persons are needed.

## Why it matters

Nothing says which persons and groups its rows stand for.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: growth   # a table of growth factors
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

RULE = Rule.of("SPC401", __doc__)
