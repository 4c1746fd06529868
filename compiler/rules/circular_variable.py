"""The value of a variable depends on itself.

## What it does

Reports every variable of the bundle whose `value:` leads back to it, directly or through others.

## Why it matters

No order of computing them exists.

## Example

```yaml
variables:
  gross: {entity: person, type: float, value: net + 100}
  net: {entity: person, type: float, value: gross - 100}
```

## Instead

```yaml
variables:
  gross: {entity: person, type: float, value: employment_income_before_lsr}
  net: {entity: person, type: float, value: gross - 100}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC304", __doc__)
