"""A metric measures none of the targets.

## What it does

Reports the metric of `kind: auto`, and those of bake-offs, that have nothing to measure: amounts where all
targets are text, correlations of pairs where fewer than two targets are numbers.

## Why it matters

Nothing would decide between the methods. `crps`, `total_errors`, `wasserstein` and `ks` take each category of
a text as a truth value, `mutual_information_error` and `prdc` take text as it is.

## Example

```yaml
imputations:
  detail:
    blocks:
      income:
        targets: [taxable_interest_income]
        model:
          kind: auto
          candidates: [{kind: forest}, {kind: qrf}]
          metric: rank_correlation_error
          folds: {count: 5, by: household}
```

## Instead

```yaml
imputations:
  detail:
    blocks:
      income:
        targets: [taxable_interest_income]
        model:
          kind: auto
          candidates: [{kind: forest}, {kind: qrf}]
          metric: crps
          folds: {count: 5, by: household}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC437", __doc__)
