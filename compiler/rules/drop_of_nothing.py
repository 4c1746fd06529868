"""A source drops a variable that none of its columns makes.

## What it does

Reports a name under `drop:` that is not under `columns:` of the population.

## Why it matters

The author means to leave something out that is still there under its right name.

## Example

```yaml
sources:
  survey:
    population:
      drop:
        - {variables: [real_estate_tax], reason: imputed_by_publisher}
```

## Instead

```yaml
sources:
  survey:
    population:
      drop:
        - {variables: [real_estate_taxes], reason: imputed_by_publisher}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC501", __doc__)
