"""A gate about a clone names a variable that its measure says nothing of.

## What it does

Reports a variable of a gate that its measure cannot be told of, such as `changed_originals` of one that the
frame did not have before the clone; and a gate whose measure is about no variable of the clone.

## Why it matters

The gate would hold whatever the data, and look like a check.

## Example

```yaml
validations:
  programs:
    gates:
      kept: {clone: {clone: support, measure: changed_originals, variables: [real_estate_taxes]}, at_most: 0}
```

## Instead

```yaml
validations:
  programs:
    gates:
      drawn: {clone: {clone: support, measure: drawn_originals}, at_least: 0.5}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC467", __doc__)
