"""A reason that only its author understands has no note.

## What it does

Asks for `note:` beside `intentional_divergence` in a surface, and in `ignore:` beside every reason other
than `empty` and `computed_by_engine`, which can be checked.

## Why it matters

Nothing can check such a reason, so the next reader needs a sentence.

## Example

```yaml
surfaces:
  shared:
    exclude:
      alimony_income: {reason: intentional_divergence}
```

## Instead

```yaml
surfaces:
  shared:
    exclude:
      alimony_income: {reason: intentional_divergence, note: repealed for divorces after 2018}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC504", __doc__)
