"""The layout of a file is missing, or not in order.

## What it does

Reads the layouts that sources name: a CSV in a sub-folder of the bundle that begins with the line
`column,type,low,high,codes,label` and has a line a column. A column has a name and a DuckDB type; `low` and
`high` of a number are numbers or empty; `codes` are `CODE=MEANING` pairs with `; ` between them. Says each
line that is none.

## Why it matters

A layout stands for a file that nobody can fetch where the spec is written: the lock is made of it, and
every other check of the source believes it.

## Example

```yaml
# file: layouts/units.csv
column,type,low,high
hh,BIGINT,1,
```

```yaml
sources:
  donors: {layout: layouts/units.csv}
```

## Instead

```yaml
# file: layouts/units.csv
column,type,low,high,codes,label
hh,BIGINT,1,,,household number
```

```yaml
sources:
  donors: {layout: layouts/units.csv}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC209", __doc__)
