"""A file has no such column, or a donor has no such target.

## What it does

Compares the raw columns that sources, targets and upratings name with those that `sources.lock` lists for
the file, and the targets of an imputation with the variables of its donor.

## Why it matters

Publishers rename columns between years. Lint finds it in a second, without the file; the run would find it
later.

## Example

```yaml
targets:
  returns:
    where: yaer = 2023
```

## Instead

```yaml
targets:
  returns:
    where: year = 2023
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC203", __doc__)
