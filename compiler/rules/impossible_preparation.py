"""A variable cannot be prepared as the imputation says.

## What it does

Reports, of what stands under `transform:`, `zeros_apart:` and `rare:`: names that the imputation neither
conditions on nor draws; scales of text and of truth values; logarithms where some donor, by the lock, has no
amount above zero; a scale that does not keep zero and losses, of a target drawn by a method that draws those
first; zeros told apart of what is drawn; rare categories of a number, or of a target.

## Why it matters

Each would stop the run, or lose what is drawn in silence: a target's rare categories are what somebody has,
and no calibration brings back a category that nobody was given.

## Example

```yaml
imputations:
  detail:
    transform: {taxable_interest_income: rank}
    blocks:
      income: {model: {kind: regime_aware}}
```

## Instead

```yaml
imputations:
  detail:
    transform: {taxable_interest_income: asinh}
    blocks:
      income: {model: {kind: regime_aware}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC446", __doc__)
