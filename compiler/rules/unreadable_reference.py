"""A reference file is not there, or holds no list of names.

## What it does

Reports a `reference:`, `require:` or `prohibit:` whose file is missing, empty, a link that leaves the
bundle, or no list. What is wrong inside a list is said with the codes of spec files.

## Why it matters

Nothing can be held to a list that nobody can read.

## Example

```yaml
surfaces:
  shared:
    reference: references/theirs.yaml
    include: rest
```

## Instead

```yaml
# file: references/theirs.yaml
- taxable_interest_income
```

```yaml
surfaces:
  shared:
    reference: references/theirs.yaml
    include: rest
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC512", __doc__)
