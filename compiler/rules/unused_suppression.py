"""A suppression hides nothing.

## What it does

Reports a suppressed code that is not found on the line. Nothing is said while the bundle has other errors:
what the suppression is for may just not have been found yet.

## Why it matters

One that is left behind would hide the next finding on that line, which nobody has judged.

## Example

```yaml
exports:
  dataset: {policyengine: small.h5}   # specc: ignore[SPC507] the June release exports it
```

## Instead

```yaml
exports:
  dataset: {policyengine: small.h5}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC902", __doc__)
