"""An export holds a variable that it prohibits.

## What it does

Reports a variable under `prohibit:` that a file of the export is going to hold.

## Why it matters

A list of what may not leave the house is only worth something if it is held against the files.

## Example

```yaml
exports:
  dataset: {prohibit: [real_estate_taxes]}
```

## Instead

```yaml
exports:
  dataset: {prohibit: [is_blind]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC609", __doc__)
