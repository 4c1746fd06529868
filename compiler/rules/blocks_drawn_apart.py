"""Amounts that belong together on every donor are drawn apart.

## What it does

Compares how the donor's source makes the targets of different blocks. Two that hold the same raw column (or
the same product of columns) as a term belong together on every donor. It is reported where neither block
conditions on the other's target, be it by `after:`, through blocks in between, or as a predictor, and no
constraint of the bundle names both. Blocks of other imputations from the same source count too.

## Why it matters

Within a block all comes from one donor, and what holds on him holds on the recipient. Between blocks that
know nothing of each other nothing holds: a household would own more in accounts than it owns at all, or draw
interest from nothing.

## Example

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: property_tax + interest}
```

```yaml
imputations:
  detail:
    blocks:
      costs: {after: []}
```

## Instead

```yaml
sources:
  donors:
    population:
      columns:
        real_estate_taxes: {head: property_tax + interest}
```

```yaml
imputations:
  detail:
    blocks:
      costs: {after: [income]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC447", __doc__)
