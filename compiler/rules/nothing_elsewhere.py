"""An imputation leaves rows without a value.

## What it does

Reports an imputation with `where:` and without `elsewhere:`, where it draws a variable of the engine.

## Why it matters

The rows outside `where:` would hold a null, and the engine takes no nulls.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - impute: costs
    - export: dataset
imputations:
  costs:
    donor: {source: donors, uprate: to_2023}
    entity: person
    where: age >= 18
    weights: design
    predictors: [age]
    blocks:
      taxes: {targets: [real_estate_taxes], model: {kind: forest}}
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - impute: costs
    - export: dataset
imputations:
  costs:
    donor: {source: donors, uprate: to_2023}
    entity: person
    where: age >= 18
    elsewhere: zero
    weights: design
    predictors: [age]
    blocks:
      taxes: {targets: [real_estate_taxes], model: {kind: forest}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC415", __doc__)
