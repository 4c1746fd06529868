"""A value or a key without quotes can be read in two ways.

## What it does

Asks for quotes where readers of YAML disagree: `NO`, `yes`, `06`, `1_000`, `12:30`, dates, `+1`. Also
reports an expression that YAML cuts at its comma.

## Why it matters

Elsewhere state `06` becomes the number 6 and the code `NO` becomes false, with no error anywhere.

## Example

```yaml
variables:
  is_californian: {entity: household, type: bool, value: state_fips = 6}
  state_of_survey: {entity: household, type: int, value: 06}
```

## Instead

```yaml
variables:
  is_californian: {entity: household, type: bool, value: state_fips = 6}
  state_of_survey: {entity: household, type: int, value: 6}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC004", __doc__)
