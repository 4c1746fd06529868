"""A variable of the bundle goes by the name of one of the engine's.

## What it does

Reports an entry of `variables:` whose name the engine's snapshot has too, whatever it declares.

## Why it matters

The engine would be given the bundle's column for its own variable, with another meaning, entity or type
perhaps; and every expression that reads the name could be about either.

## Example

```yaml
variables:
  is_adult: {entity: person, type: bool, value: age >= 21}   # the engine computes `is_adult`
```

## Instead

```yaml
variables:
  is_of_age: {entity: person, type: bool, value: age >= 21}
imputations:
  detail:
    predictors: [age, unit_wages, is_of_age]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC112", __doc__)
