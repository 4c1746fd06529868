"""A column is compared with a code that it does not have.

## What it does

Reports an expression over the rows of a source that asks whether a column is, or is not, a value outside
what its layout documents: below the lowest, above the highest, or none of the codes where all are listed.
Where only the file tells of a column nothing is said: what this year's rows lack, next year's may have.

## Why it matters

Codes of surveys are numbers without names. One that is mistyped, or stood in another year's dictionary, gives
zero or false for everybody, without a word.

## Example

```yaml
# file: sources.lock
{"sources": {"donors": {"documented": true, "columns": {"fam": ["BIGINT", 0, 0.0, 2.0, [0, 1, 2]]}}}}
```

```yaml
sources:
  donors:
    population:
      columns:
        is_blind: {head: fam = 5}
```

## Instead

```yaml
# file: sources.lock
{"sources": {"donors": {"documented": true, "columns": {"fam": ["BIGINT", 0, 0.0, 2.0, [0, 1, 2]]}}}}
```

```yaml
sources:
  donors:
    population:
      columns:
        is_blind: {head: fam = 2}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC221", __doc__)
