"""A value is replaced on every row before anything has read it.

## What it does

Reports a variable that an imputation draws for rows whose value another definition wrote, where nothing
read that value in between; and a variable that two imputations draw for the same half. A copy on the clone
half is no such value: the original half keeps it.

## Why it matters

One of the two is not meant, and the order of the pipeline decides which, without a word.

## Example

```yaml
clones:
  support:
    impute: {surface: shared, halves: both}   # the survey's own interest is lost on both halves
```

## Instead

```yaml
clones:
  support:
    impute: {surface: shared, halves: clone}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC417", __doc__)
