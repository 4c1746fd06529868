"""A frame is its own donor.

## What it does

Reports an imputation in the pipeline of a `frames` entry that draws from that frame, or from one that is
prepared with it.

## Why it matters

What the frame gives would depend on what it gets: there is no first.

## Example

```yaml
frames:
  prepared:
    pipeline: [{scaffold: donors}, {impute: own}]
imputations:
  own:
    donor: {frame: prepared}
    entity: person
    weights: design
    predictors: [age]
    blocks:
      income: {targets: [real_estate_taxes], model: {kind: forest}}
```

## Instead

```yaml
frames:
  prepared:
    pipeline: [{scaffold: donors}, {impute: own}]
imputations:
  own:
    donor: {source: donors}
    entity: person
    weights: design
    predictors: [age]
    blocks:
      income: {targets: [real_estate_taxes], model: {kind: forest}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC432", __doc__)
