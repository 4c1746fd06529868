"""The flag of a clone has the name of something that the frame has already.

## What it does

Reports a flag that has the name of a column or view of the frame, of the flag of an earlier clone, or of the
flag of another entity.

## Why it matters

The flag tells copies from originals: on it stand halves, gates and reports. Under a name that is taken it
would replace what stands there, and two clones of one flag could not be told apart.

## Example

```yaml
clones:
  support: {flag: weight}   # household_weight: the weight of households
```

## Instead

```yaml
clones:
  support: {flag: is_clone}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC451", __doc__)
