"""No donor can have the value of a predictor that a recipient has.

## What it does

Compares, for each predictor that is stored on both sides, the ranges or values that donors and recipients may
have by the locks of their files, and reports those that cannot overlap.

## Why it matters

A model would be asked about people of whom it has seen nobody: two surveys write something else under one
name, such as a year of birth and an age, or a code list of their own.

## Example

```yaml
# file: sources.lock
{"sources": {"donors": {"columns": {"fips": ["BIGINT", 0, 101, 156]}}}}
```

```yaml
imputations:
  detail:
    predictors: [age, unit_wages, state_fips]
```

## Instead

```yaml
# file: sources.lock
{"sources": {"donors": {"columns": {"fips": ["BIGINT", 0, 101, 156]}}}}
```

```yaml
imputations:
  detail:
    predictors: [age, unit_wages, state_fips]
sources:
  donors:
    population:
      columns:
        state_fips: fips - 100
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC443", __doc__)
