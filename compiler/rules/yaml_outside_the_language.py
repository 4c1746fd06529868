"""A file uses a part of YAML that specs do without.

## What it does

Refuses anchors, aliases, merge keys, tags, keys that are no plain words, and a second document in a file.

## Why it matters

What a line means must be seen on that line, by a reviewer and in a diff. An alias means what is written
elsewhere; a tag lets the text choose how it is read.

## Example

```yaml
imputations:
  detail:
    blocks:
      income: {targets: [taxable_interest_income], model: &trees {kind: forest}}
      costs: {targets: [real_estate_taxes], after: [income], model: *trees }
```

## Instead

```yaml
imputations:
  detail:
    blocks:
      income: {targets: [taxable_interest_income], model: {kind: forest}}
      costs: {targets: [real_estate_taxes], after: [income], model: {kind: forest}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC003", __doc__)
