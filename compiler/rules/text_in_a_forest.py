"""A predictor or target of an imputation is text.

## What it does

Reports a predictor or a target that is a string or an enum.

## Why it matters

The models split on numbers and copy numbers. Text would have to be given an order that it does not have.

## Example

```yaml
imputations:
  detail:
    predictors: [age, tax_unit_role_input]
```

## Instead

```yaml
variables:
  is_unit_head: {entity: person, type: bool, value: tax_unit_role_input = 'HEAD'}
imputations:
  detail:
    predictors: [age, is_unit_head]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC414", __doc__)
