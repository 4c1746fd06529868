"""An imputation draws an id or a weight.

## What it does

Reports a target that is declared with `refers_to:` or `weight: true`.

## Why it matters

An id means something in the file that it is of. Drawn from a donor it would refer to somebody of the donor's
file, or by chance to a stranger here; a donor's weight says for how many the donor stands.

## Example

```yaml
variables:
  mother_id: {entity: person, type: int, refers_to: person}
sources:
  donors:
    population:
      columns: {mother_id: {head: hh}}
surfaces:
  donor_only: {include: [real_estate_taxes, mother_id]}
imputations:
  detail:
    blocks:
      costs: {targets: [real_estate_taxes, mother_id], after: [income], model: {kind: forest}}
```

## Instead

```yaml
surfaces:
  donor_only: {include: [real_estate_taxes]}
imputations:
  detail:
    blocks:
      costs: {targets: [real_estate_taxes], after: [income], model: {kind: forest}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC456", __doc__)
