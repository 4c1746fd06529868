"""There is no snapshot of the engine.

## What it does

Reports an `engine:` of which this version of specc carries no snapshot.

## Why it matters

Lint imports no engine. It knows variables, entities and enum values from the snapshot, one line a variable.

## Example

```yaml
bundle:
  engine: policyengine_usa
```

## Instead

```yaml
bundle:
  engine: policyengine_us
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC704", __doc__)
