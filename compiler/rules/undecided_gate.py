"""A gate has bounds that decide nothing.

## What it does

Reports a gate whose lower bound is above the upper one, and one of a share whose bounds no share can be
outside, or inside. A share is from 0 to 1.

## Why it matters

A gate that always holds looks like a check and is none; one that never holds stops every run.

## Example

```yaml
validations:
  programs:
    gates:
      receives_snap: {share: snap > 0, at_most: 35}
```

## Instead

```yaml
validations:
  programs:
    gates:
      receives_snap: {share: snap > 0, at_most: 0.35}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC620", __doc__)
