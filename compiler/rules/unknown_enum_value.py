"""A code is not among the values of its variable.

## What it does

Compares quoted constants that a source gives to a member, and the codes that a target matches, with the
values that the engine knows.

## Why it matters

A category that no record can have carries no weight: its target could never be met.

## Example

```yaml
targets:
  returns:
    match:
      filing_status: {codes: {Single: [SINGEL]}}
```

## Instead

```yaml
targets:
  returns:
    match:
      filing_status: {codes: {Single: [SINGLE]}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC206", __doc__)
