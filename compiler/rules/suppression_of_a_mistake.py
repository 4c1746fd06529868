"""A suppression names a code that cannot be ignored.

## What it does

Only findings about a choice that somebody may have made on purpose can be ignored; `specc rules` says
which.

## Why it matters

All others say that the bundle means nothing definite. Hidden, they would leave a plan that does something
else than what is written.

## Example

```yaml
calibrations:
  national:
    weight: household
    targets: [retruns]   # specc: ignore[SPC201] it will come
    method: {kind: dual}
```

## Instead

```yaml
calibrations:
  national:
    weight: household
    targets: [returns]
    method: {kind: dual}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC903", __doc__)
