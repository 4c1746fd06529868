"""A source was locked as another file than the spec pins.

## What it does

Compares `sha256:` of the source with the digest in `sources.lock`.

## Why it matters

The columns that lint knows are those of the old file. Run `specc sources lock` on the bundle and commit the
result.

## Example

```yaml
sources:
  growth:   # the lock says bbbb...
    sha256: dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
```

## Instead

```yaml
sources:
  growth:
    sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC702", __doc__)
