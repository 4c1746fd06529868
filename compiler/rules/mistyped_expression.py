"""An operator or function is given a value that it does not take.

## What it does

Works out the type of every part of an expression, from the types that the lock, the engine and `variables:`
say, by the rules of DuckDB. It also refuses what DuckDB would convert in silence: text beside a number, a
number taken for a truth value, a truth value counted as a number without a cast.

## Why it matters

Text compared with a number is converted row by row: it fails on the first row that is no number, hours into
a build. A truth value compared with 2 is true.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: abs('property_tax')}   # quotes make it text
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: abs(property_tax)}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC305", __doc__)
