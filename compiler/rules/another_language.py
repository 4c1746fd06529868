"""The bundle is written in another version of the language.

## What it does

Compares `language:` of the bundle with the version that this specc reads. Where they differ, nothing else of
the bundle's meaning is checked.

## Why it matters

A key that means one thing in one version may mean another in the next. `specc migrate FOLDER` rewrites an
older bundle and shows every line that it changes; a newer one needs a newer specc.

## Example

```yaml
bundle:
  language: 1
```

## Instead

```yaml
bundle:
  language: 2
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC109", __doc__)
