"""A fact is trained on and tested on.

## What it does

Compares the families of all calibrations: the same measure of the same units, year and places has one role.
It compares benchmarks of validations with what is trained on, too. Facts of different tables that turn out to
be the same are refused when the matrix is built.

## Why it matters

A fact that the weights were fitted to is met; as a test of the fit it proves nothing.

## Example

```yaml
targets:
  income:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {income: {sum: adjusted_gross_income}}
  income_again:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {income: {sum: adjusted_gross_income, role: holdout}}
calibrations:
  national: {targets: [returns, income, income_again]}
```

## Instead

```yaml
targets:
  income:
    source: published
    period: 2023
    value: '"Value"'
    entity: tax_unit
    families: {income: {sum: adjusted_gross_income, role: holdout}}
calibrations:
  national: {targets: [returns, income]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC614", __doc__)
