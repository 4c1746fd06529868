"""An expression gives a value of another type than its place takes.

## What it does

Compares what an expression gives with what it is for: a column with the type of its variable, `where` and
`domain` with a truth value, an id and a number of members with a whole number, a weight, a band and a sum
with a number, the value of a variable with the type that it is declared with. A whole number is taken for a
number; nothing else is converted.

## Why it matters

A cast would hide the mistake: a fraction would be rounded into an id, every number but zero would be true,
and text would fail on the first row that is no number. Where the conversion is meant, it is written.

## Example

```yaml
variables:
  is_unit_head: {value: age}   # declared `type: bool`
```

## Instead

```yaml
variables:
  is_unit_head: {value: age >= 18}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC306", __doc__)
