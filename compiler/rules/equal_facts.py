"""Two facts of a bake-off are the same.

## What it does

Reports facts under `downstream:` that are the same total of the same records.

## Why it matters

A fact that was trained on is met: held out as well, it proves nothing. One that stands there twice counts
double.

## Example

```yaml
bakeoffs:
  methods:
    imputation: detail
    methods:
      joint: {kind: forest}
      chained: {kind: qrf}
    metrics: [downstream]
    folds: {count: 5, by: household}
    seeds: [1, 2, 3]
    downstream:
      facts:
        interest: {role: train, sum: taxable_interest_income}
        all_interest: {role: holdout, sum: taxable_interest_income}
      method: {kind: dual}
```

## Instead

```yaml
bakeoffs:
  methods:
    imputation: detail
    methods:
      joint: {kind: forest}
      chained: {kind: qrf}
    metrics: [downstream]
    folds: {count: 5, by: household}
    seeds: [1, 2, 3]
    downstream:
      facts:
        interest: {role: train, sum: taxable_interest_income}
        interest_of_old: {role: holdout, sum: taxable_interest_income, within: {age: {at_least: 65}}}
      method: {kind: dual}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC440", __doc__)
