"""There are more folds than donors.

## What it does

Compares the number of folds with the records of the donor sample, and with the rows of the donor's file where
units are no persons: there are no more units to deal out than that.

## Why it matters

A fold without anybody has nothing to be scored on, and the run would end at this step.

## Example

```yaml
imputations:
  detail:
    donor:
      sample: {records: 4, keep: {none: a sample to try the recipe on}}
    blocks:
      income:
        targets: [taxable_interest_income]
        model:
          kind: auto
          candidates: [{kind: forest}, {kind: qrf}]
          metric: crps
          folds: {count: 5, by: household}
```

## Instead

```yaml
imputations:
  detail:
    donor:
      sample: {records: 2000, keep: {none: a sample to try the recipe on}}
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

RULE = Rule.of("SPC439", __doc__)
