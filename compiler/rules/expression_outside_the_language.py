"""An expression cannot be parsed, or uses what the language leaves out.

## What it does

Expressions are SQL scalar expressions with a closed list of functions. Anything else is refused: a syntax
error, a function that is not on the list, a subquery.

## Why it matters

A spec from a stranger's pull request is linted and planned. No expression may read a file or reach the
network.

## Example

```yaml
imputations:
  detail:
    where: is_unit_head and and
```

## Instead

```yaml
imputations:
  detail:
    where: is_unit_head and age >= 18
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC301", __doc__)
