"""A predictor has other categories for donors than for recipients.

## What it does

Compares, for each predictor that is text and stored on both sides, the values that donors and recipients
may have by the locks of their files, less those that the imputation's `where:` leaves out. Each category has
to be found on both sides. Of a variable with a `value:`, which is computed alike on both sides, nothing is
said.

## Why it matters

A model has nothing to say of a category that no donor has: the run would stop there. A category that only
donors have is a hint that the two surveys ask differently, so that one word means two things. Where that is
in order, as where one file is a sample too small to have everybody, ignore the finding with a reason.

## Example

```yaml
# file: sources.lock
{"sources": {"donors": {"columns": {"ten": ["BIGINT", 0, 1, 2, [1, 2]]}},
             "survey": {"columns": {"ten": ["BIGINT", 0, 1, 3, [1, 2, 3]]}}}}
```

```yaml
variables:
  tenure: {entity: person, type: str}
sources:
  donors:
    population:
      columns:
        tenure: {map: ten, to: {owner: [1], tenant: [2], guest: [3]}}
imputations:
  detail:
    predictors: [age, unit_wages, tenure]
```

## Instead

```yaml
# file: sources.lock
{"sources": {"donors": {"columns": {"ten": ["BIGINT", 0, 1, 2, [1, 2]]}},
             "survey": {"columns": {"ten": ["BIGINT", 0, 1, 3, [1, 2, 3]]}}}}
```

```yaml
variables:
  tenure: {entity: person, type: str}
sources:
  donors:
    population:
      columns:
        tenure: {map: ten, to: {owner: [1], tenant: [2, 3]}}
imputations:
  detail:
    predictors: [age, unit_wages, tenure]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC442", __doc__)
