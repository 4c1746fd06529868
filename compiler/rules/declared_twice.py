"""Two files declare a definition of the same kind and name.

## What it does

Reports the second definition. The files of a bundle are one text: which file a definition stands in means
nothing.

## Why it matters

Which of the two is used would depend on the order of the file names.

## Example

```yaml
# file: more.yaml
exports:
  dataset: {parquet: tables}   # finish.yaml declares `dataset` too
```

## Instead

```yaml
# file: more.yaml
exports:
  tables_only: {parquet: tables}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC104", __doc__)
