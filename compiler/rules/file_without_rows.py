"""A locked source has no rows.

## What it does

Warns of a source whose lock counts no rows.

## Why it matters

A filter or a download that went wrong gives an empty file as well. Everything made of it would be empty.

## Example

```yaml
# file: sources.lock
{"sources": {"growth": {"rows": 0}}}
```

## Instead

```yaml
# file: sources.lock
{"sources": {"growth": {"rows": 20}}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC703", __doc__)
