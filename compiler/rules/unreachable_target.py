"""No weight can meet a fact.

## What it does

Reports a domain that is never true, and a measure that is zero for every record: a stored column that all its
sources copy from columns of zeros.

## Why it matters

Weights multiply what records hold. A fact that no record carries stays unmet, and hides that data are
missing. What only the records can tell is in the table of carriers.

## Example

```yaml
targets:
  returns:
    domain: 'false'
```

## Instead

```yaml
targets:
  returns:
    domain: tax_unit_is_filer
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC618", __doc__)
