"""What is left out is everything.

## What it does

Reports a rule under `leave_out:` of a source or target that every row meets by what `sources.lock` knows.

## Why it matters

Nothing is left to build from. Most often the comparison is the wrong way round.

## Example

```yaml
sources:
  survey:
    leave_out:
      - {where: head_age < 120, reason: outside_universe, note: no age was reported}
```

## Instead

```yaml
sources:
  survey:
    leave_out:
      - {where: head_age < 1, reason: outside_universe, note: no age was reported}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC516", __doc__)
