"""A clone's surfaces and its imputation's blocks do not name the same variables.

## What it does

Reports a variable of a surface that no block draws, and a variable that is drawn but stands in no surface.

## Why it matters

A surface is what a reviewer reads to know what is imputed. It must be neither longer nor shorter than what
happens.

## Example

```yaml
surfaces:
  shared: {include: [taxable_interest_income, tax_exempt_interest_income]}   # no block draws the second
```

## Instead

```yaml
surfaces:
  shared: {include: [taxable_interest_income]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC409", __doc__)
