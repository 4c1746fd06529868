"""A donor gives to a frame before it is cloned, so that its draws are copied.

## What it does

Reports an `impute` step that draws from another source before a clone.

## Why it matters

A clone doubles what the frame holds. What a donor gave before is the same on original and copy, though they
differ in everything that it goes with; after the clone, each half has a draw of its own that fits it. Where
one value for both is meant, as of something that does not change with income, ignore the finding with the
reason.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - impute: fees
    - clone: support
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
variables:
  fees_paid: {entity: person, type: float}
imputations:
  fees:
    donor: {source: donors, uprate: to_2023}
    entity: person
    weights: design
    predictors: [age]
    blocks: {fees_paid: {targets: [fees_paid], model: {kind: forest}}}
sources:
  donors:
    population: {columns: {fees_paid: {head: wages}}}
  survey:
    population:
      drop: [{variables: [real_estate_taxes, fees_paid], reason: imputed_by_publisher}]
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - impute: fees
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
variables:
  fees_paid: {entity: person, type: float}
imputations:
  fees:
    donor: {source: donors, uprate: to_2023}
    entity: person
    weights: design
    predictors: [age]
    blocks: {fees_paid: {targets: [fees_paid], model: {kind: forest}}}
sources:
  donors:
    population: {columns: {fees_paid: {head: wages}}}
  survey:
    population:
      drop: [{variables: [real_estate_taxes, fees_paid], reason: imputed_by_publisher}]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC454", __doc__)
