"""A family counts another entity than its target is about.

## What it does

Compares `count:` of each family with `entity:` of the target.

## Why it matters

Domain, bands and matches describe the target's entity; counting another one would need rules of its own.

## Example

```yaml
targets:
  returns:
    families:
      count: {count: person}   # the target is about tax_unit
```

## Instead

```yaml
targets:
  returns:
    families:
      count: {count: tax_unit}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC605", __doc__)
