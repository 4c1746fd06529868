"""A key is not part of the language at this place.

## What it does

Reports a key that the definition does not have, with the key that was probably meant.

## Why it matters

A misspelt key that is passed over leaves its default in force, and the author believes otherwise.

## Example

```yaml
validations:
  programs:
    aggregates:
      snap: {tolerence: 0.25}
```

## Instead

```yaml
validations:
  programs:
    aggregates:
      snap: {tolerance: 0.25}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC101", __doc__)
