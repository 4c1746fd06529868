"""`sources.lock` cannot be read.

## What it does

Reports a lock of another format than this version reads, one that was cut short or edited by hand, or a link
that leaves the bundle, which is not followed.

## Why it matters

Without it nothing can be said of columns. Run `specc sources lock` on the bundle: it writes a new one.

## Example

```yaml
# file: sources.lock
{"format": 9}
```

## Instead

```yaml
# file: sources.lock
{"format": 2}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC705", __doc__)
