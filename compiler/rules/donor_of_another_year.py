"""Donor and recipient are in the money of different years.

## What it does

Compares the period of the donor with that of the recipient's amounts where the donor names no uprating, and
the periods of each predictor in dollars on both sides.

## Why it matters

A forest that was grown on dollars of one year sorts the dollars of another into the wrong leaves.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey   # of 2014
    - impute: costs
    - export: dataset
imputations:
  costs:
    donor: {source: donors}   # of 2012
    entity: person
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
    weights: design
    predictors: [age]
    blocks:
      taxes: {targets: [real_estate_taxes], model: {kind: forest}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC406", __doc__)
