"""An imputation draws text where only a number will do.

## What it does

Reports a target that is text where rows that do not receive get zero (`elsewhere: zero`), or where the model
draws numbers.

## Why it matters

Text has no zero, and nothing lies between two categories. Models that copy donors, such as `forest` and
`hotdeck`, draw text as it is.

## Example

```yaml
variables:
  dwelling: {entity: person, type: str}
sources:
  donors:
    population:
      columns:
        dwelling: {head: "case when property_tax > 0 then 'OWNED' else 'RENTED' end", spouse: "'RENTED'"}
surfaces:
  shared: {include: [taxable_interest_income, dwelling]}
imputations:
  detail:
    where: is_unit_head
    elsewhere: zero
    blocks:
      income: {targets: [taxable_interest_income, dwelling]}
```

## Instead

```yaml
variables:
  owns_dwelling: {entity: person, type: bool}
sources:
  donors:
    population:
      columns:
        owns_dwelling: {head: property_tax > 0, spouse: "false"}
surfaces:
  shared: {include: [taxable_interest_income, owns_dwelling]}
imputations:
  detail:
    where: is_unit_head
    elsewhere: zero
    blocks:
      income: {targets: [taxable_interest_income, owns_dwelling]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC414", __doc__)
