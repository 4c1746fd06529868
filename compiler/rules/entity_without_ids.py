"""An entity gets no ids from the way it is described.

## What it does

Reports persons without an `id:` of their own, and `same_as:` an entity that itself only shares ids.

## Why it matters

Ids decide who lives with whom. They must follow from the row in one step.

## Example

```yaml
sources:
  donors:
    population:
      entities:
        spm_unit: {same_as: spm_unit}
```

## Instead

```yaml
sources:
  donors:
    population:
      entities:
        spm_unit: {same_as: family}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC207", __doc__)
