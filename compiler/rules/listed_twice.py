"""A list holds a name twice.

## What it does

Reports the second place of a name in any list of names or values: of a surface, a block, predictors,
ignored columns, families, targets, a reference file.

## Why it matters

The second one says nothing; most often another name was meant.

## Example

```yaml
imputations:
  detail:
    predictors: [age, unit_wages, age]
```

## Instead

```yaml
imputations:
  detail:
    predictors: [age, unit_wages]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC511", __doc__)
