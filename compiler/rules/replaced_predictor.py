"""A predictor is replaced by the imputation that it predicts for.

## What it does

Reports a predictor that is also a target of one of the imputation's blocks, and one that is computed where
it is read from such a target, be it through other variables.

## Why it matters

The draw is conditioned on the value from before, and then that value is gone: the joint distribution that
was fitted is not the one in the data.

## Example

```yaml
imputations:
  detail:
    predictors: [age, taxable_interest_income]
```

## Instead

```yaml
imputations:
  detail:
    predictors: [age, unit_wages]
    blocks:
      costs: {after: [income]}   # the targets of `income` are predictors here
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC405", __doc__)
