"""A scale of a variable changes nothing that is drawn.

## What it does

Reports variables under `transform:` and `zeros_apart:` whose scale no block of the imputation sees. Trees
split a predictor by its order alone; methods that copy whole donors compare targets by rank, or not at all.
Lines and distances see scales: those of predictors `ols`, `quantreg` and `hotdeck` (but `choose: random`),
those of targets all that draw target by target.

## Why it matters

Who reads the spec would believe that the tail is tamed, and would look elsewhere for what is wrong.

## Example

```yaml
imputations:
  detail:
    transform: {unit_wages: asinh}
```

## Instead

```yaml
imputations:
  detail:
    transform: {unit_wages: asinh}
    blocks:
      costs: {model: {kind: hotdeck}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC445", __doc__)
