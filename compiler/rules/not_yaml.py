"""A file is not YAML.

## What it does

Reports the first place where the text stops being YAML, and merge conflict markers. Nothing is built upon
what a broken file seemed to hold, and no other file is blamed for names that it may declare.

## Why it matters

Most often an expression with commas, quotes or a colon stands without quotes in a mapping in braces.

## Example

```yaml
variables:
  is_filer: {entity: person, type: bool, value: tax_unit_role_input in ('HEAD', 'SPOUSE')}
```

## Instead

```yaml
variables:
  is_filer: {entity: person, type: bool, value: "tax_unit_role_input in ('HEAD', 'SPOUSE')"}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC002", __doc__)
