"""A reason for leaving something out is not true.

## What it does

Checks reasons of `exclude:` and `ignore:` against the engine, the sources and the locks: what is said to be
computed must be computed, what is said to be missing must be missing (with `column:`, from the locked file
too), what is said to be empty must be empty, and what is used `instead` must be an input that the surface
includes. Surfaces that no step uses are checked as well.

## Why it matters

Reasons are checked, not believed. One that was true for an older engine hides a variable that could be used
today.

## Example

```yaml
surfaces:
  shared:
    exclude:
      age: {reason: formula_owned}   # an input of the engine
```

## Instead

```yaml
surfaces:
  shared:
    exclude:
      snap: {reason: formula_owned}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC503", __doc__)
