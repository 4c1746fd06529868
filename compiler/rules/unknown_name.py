"""A name refers to a definition or a member that is not declared.

## What it does

Reports a reference that leads nowhere: a step, a source, a surface, a target, an imputation, a member of a
row. A definition that is there, but broken, is not reported again here.

## Why it matters

The step cannot be carried out. Most often the name is misspelt or was renamed in one place only.

## Example

```yaml
calibrations:
  national:
    targets: [retruns]
```

## Instead

```yaml
calibrations:
  national:
    targets: [returns]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC201", __doc__)
