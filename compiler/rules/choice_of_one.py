"""A choice has one candidate.

## What it does

Reports `kind: auto` with a single method under `candidates:`.

## Why it matters

It would be tried on every fold, and chosen whatever came of it: the time of the trials for nothing. Most
often somebody meant to add another.

## Example

```yaml
imputations:
  detail:
    blocks:
      income:
        targets: [taxable_interest_income]
        model:
          kind: auto
          candidates: [{kind: forest}]
          metric: crps
          folds: {count: 5, by: household}
```

## Instead

```yaml
imputations:
  detail:
    blocks:
      income:
        targets: [taxable_interest_income]
        model: {kind: forest}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC438", __doc__)
