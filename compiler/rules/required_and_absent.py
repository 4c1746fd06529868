"""An export does not hold a variable that it requires.

## What it does

Reports a variable under `require:` that the files of the export will not hold. A variable of the engine
must be in the engine's file, where the export writes one; any other in the Parquet tables. Where the
engine computes a variable by adding up others, the finding says which of those are held.

## Why it matters

Whoever reads the files relies on the variable. What the engine computes cannot be stored, so it is lost
when an input it adds up is not stored either.

## Example

```yaml
exports:
  dataset: {require: [age, employment_income]}
```

## Instead

```yaml
exports:
  dataset: {require: [age, employment_income_before_lsr]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC608", __doc__)
