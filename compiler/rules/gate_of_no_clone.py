"""A gate looks at a clone that no step before it has made.

## What it does

Reports a gate about a clone that is declared, and that no step of the pipeline carries out before the
validation.

## Why it matters

There are no copies to look at yet: whatever the gate said would be about another frame.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - validate: rows
    - clone: support
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
validations:
  rows:
    gates:
      copies: {clone: {clone: support, measure: copies}, at_least: 1, at_most: 1}
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - validate: rows
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
validations:
  rows:
    gates:
      copies: {clone: {clone: support, measure: copies}, at_least: 1, at_most: 1}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC466", __doc__)
