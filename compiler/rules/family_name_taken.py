"""Two families of a target go by one name.

## What it does

Reports a family whose `name:` (or key, where it has none) is that of an earlier family of the target.

## Why it matters

Facts are reported by the name of their family. Two of one name could not be told apart.

## Example

```yaml
targets:
  returns:
    families:
      count: {name: wages, count: tax_unit}   # there is a family `wages`
```

## Instead

```yaml
targets:
  returns:
    families:
      count: {name: returns, count: tax_unit}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC606", __doc__)
