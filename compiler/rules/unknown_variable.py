"""A variable is not there at this step.

## What it does

Reports a name that is neither in the frame nor known to the engine or the bundle, and a variable that the
engine computes but that no `materialise` step has computed yet.

## Why it matters

The frame grows step by step; what is read must have been written before. The message tells a misspelt name
from one that is read too early.

## Example

```yaml
imputations:
  detail:
    predictors: [age, unit_wage]
```

## Instead

```yaml
imputations:
  detail:
    predictors: [age, unit_wages]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC202", __doc__)
