"""Rules about who lives together have nobody to be applied to.

## What it does

Refuses `rules:` of a tax unit where no row of the source is one person, where no year is said, under another
entity than `tax_unit:`, and where a name that they give is one of the file's columns.

## Why it matters

The rules ask of each person who their spouse and parents are, how old they are and what they earn, and the
limits they know are those of a year. A name that is given twice would be read as one or the other.

## Example

```yaml
# file: sources.yaml
sources:
  donors:
    title: Persons, 2012
    locator: data/units.csv
    sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    licence: CC0-1.0
    period: 2012
    where: year = 2012
    population:
      entities:
        person: {id: hh * 100 + unit}
        household: {id: hh}
        family: {same_as: household}
        tax_unit:
          rules:
            by: microunit==0.1.1
            line: unit
            spouse: 0
            parents: [recid, 0]
            relationship: 1
            marital_status: 7
            age: head_age
            is_student: fam = 2
            is_disabled: fam = 3
            gross_income: wages + interest
            social_security: 0
            total_income: wages
            gives: {role: blank}
        spm_unit: {same_as: household}
        marital_unit: {same_as: person}
      weight: {value: w}
      columns:
        state_fips: fips
        age: head_age
        tax_unit_role_input: "'HEAD'"
        own_children_in_household: {named_by: [recid], name: unit, within: household}
        employment_income_before_lsr: wages
        taxable_interest_income: interest
        real_estate_taxes: property_tax
      ignore:
        - {columns: [spouse_age], reason: bookkeeping, note: stands in the row of the spouse too}
        - {columns: [blank], reason: empty}
        - {instead: {snap_value: snap}, reason: computed_by_engine}
  survey:
    like: donors
    title: Persons, 2014
    period: 2014
    where: year = 2014
    population:
      drop:
        - {variables: [real_estate_taxes], reason: imputed_by_publisher}
```

## Instead

```yaml
# file: sources.yaml
sources:
  donors:
    title: Persons, 2012
    locator: data/units.csv
    sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    licence: CC0-1.0
    period: 2012
    where: year = 2012
    population:
      entities:
        person: {id: hh * 100 + unit}
        household: {id: hh}
        family: {same_as: household}
        tax_unit:
          rules:
            by: microunit==0.1.1
            line: unit
            spouse: 0
            parents: [recid, 0]
            relationship: 1
            marital_status: 7
            age: head_age
            is_student: fam = 2
            is_disabled: fam = 3
            gross_income: wages + interest
            social_security: 0
            total_income: wages
            gives: {role: its_role, related: is_its_relative}
        spm_unit: {same_as: household}
        marital_unit: {same_as: person}
      weight: {value: w}
      columns:
        state_fips: fips
        age: head_age
        tax_unit_role_input: its_role
        is_related_to_head_or_spouse: is_its_relative
        own_children_in_household: {named_by: [recid], name: unit, within: household}
        employment_income_before_lsr: wages
        taxable_interest_income: interest
        real_estate_taxes: property_tax
      ignore:
        - {columns: [spouse_age], reason: bookkeeping, note: stands in the row of the spouse too}
        - {columns: [blank], reason: empty}
        - {instead: {snap_value: snap}, reason: computed_by_engine}
  survey:
    like: donors
    title: Persons, 2014
    period: 2014
    where: year = 2014
    population:
      drop:
        - {variables: [real_estate_taxes], reason: imputed_by_publisher}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC220", __doc__)
