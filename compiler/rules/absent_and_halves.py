"""What becomes of absent variables does not go with the halves that a clone writes.

## What it does

Reports `absent: create` of a surface that is written on one half, and `absent: zero` or `absent: keep_null`
of one that is written on both.

## Why it matters

`create` promises a value on every row; on one half alone, the other would silently have zeros. Where both are
written there is no half that `zero` or `keep_null` could be about.

## Example

```yaml
clones:
  support:
    override: {surface: donor_only, halves: clone, absent: create}   # what has the original half?
```

## Instead

```yaml
clones:
  support:
    override: {surface: donor_only, halves: clone, absent: zero}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC450", __doc__)
