"""A clone does not fit the frame or its imputation.

## What it does

Reports a clone of another source than the scaffold, and a donor that is the scaffold itself or not the
imputation's donor.

## Why it matters

The clone's halves are told apart by one flag and one donor. Anything else would mix them up.

## Example

```yaml
clones:
  support: {of: donors}   # the pipeline begins with `scaffold: survey`
```

## Instead

```yaml
clones:
  support: {of: survey}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC408", __doc__)
