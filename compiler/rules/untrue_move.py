"""What `moved:` says of a name is not true of the bundle.

## What it does

Reports an old name that is still there, a new name that is not, two old names that became one, and a circle.
A chain (`a: b`, `b: c`) is followed to what stands there today.

## Why it matters

A plan that is compared with an older one matches what moved by these names, and what is drawn at random keeps
the stream of the first name. A move that is not true would give one thing the history of another.

## Example

```yaml
moved:
  imputations: {tax_detail: details}   # the imputation is called `detail` today
```

## Instead

```yaml
moved:
  imputations: {tax_detail: detail}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC108", __doc__)
