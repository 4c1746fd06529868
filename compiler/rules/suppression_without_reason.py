"""A suppression names no code or gives no reason.

## What it does

A comment that hides findings has the form `# specc: ignore[CODE] reason`. Without both parts it hides
nothing.

## Why it matters

A finding that is hidden without a word is looked at by everybody once more.

## Example

```yaml
exports:
  # specc: ignore[SPC507]
  spare: {parquet: spare}
```

## Instead

```yaml
exports:
  # specc: ignore[SPC507] the June release exports it
  spare: {parquet: spare}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC901", __doc__)
