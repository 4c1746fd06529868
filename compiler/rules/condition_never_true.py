"""A condition is true of no row.

## What it does

Compares the `where:` of a source, an imputation, a constraint, a target and what they leave out with what
`sources.lock` knows of the columns, through uprating, draws and variables with a value. Only what is
certain is said: a column compared with constants, and what `and`, `or`, `not`, `in`, `between` make of it.

## Why it matters

A filter that keeps nothing, a model that learns from nobody and a rule that applies to no row do nothing,
and a run that gets that far says so late or not at all.

## Example

```yaml
sources:
  survey:
    where: year = 2035
```

## Instead

```yaml
sources:
  survey:
    where: year = 2014
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC515", __doc__)
