"""An amount of the year is taken from one of the rows that a person has.

## What it does

Where `rows:` says that a person has several rows, refuses an expression for a variable in money that
aggregates over none of them.

## Why it matters

A column of a person-month file holds one month. Taken as it is, it is a twelfth of the year, multiplied by
twelve it is a year in which nobody changed jobs, and added up elsewhere it counts twelve times.

## Example

```yaml
# file: sources.yaml
sources:
  donors:
    title: Months of persons, 2012
    locator: data/units.csv
    sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    licence: CC0-1.0
    period: 2012
    where: year = 2012
    population:
      rows: {of: person, each: month}
      entities:
        person: {id: hh * 100 + unit}
        household: {id: hh}
        family: {same_as: household}
        tax_unit: {id: hh * 100 + fam}
        spm_unit: {same_as: household}
        marital_unit: {same_as: person}
      weight: {value: max(w) over person}
      columns:
        state_fips: fips
        age: {value: head_age, take: first}
        tax_unit_role_input: "'HEAD'"
        employment_income_before_lsr: wages
        taxable_interest_income: sum(interest) over person
        real_estate_taxes: sum(property_tax) over person
      ignore:
        - {columns: [recid, spouse_age], reason: bookkeeping, note: the publisher's own}
        - {columns: [blank], reason: empty}
        - {instead: {snap_value: snap}, reason: computed_by_engine}
  survey:
    like: donors
    title: Months of persons, 2014
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
    title: Months of persons, 2012
    locator: data/units.csv
    sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    licence: CC0-1.0
    period: 2012
    where: year = 2012
    population:
      rows: {of: person, each: month}
      entities:
        person: {id: hh * 100 + unit}
        household: {id: hh}
        family: {same_as: household}
        tax_unit: {id: hh * 100 + fam}
        spm_unit: {same_as: household}
        marital_unit: {same_as: person}
      weight: {value: max(w) over person}
      columns:
        state_fips: fips
        age: {value: head_age, take: first}
        tax_unit_role_input: "'HEAD'"
        employment_income_before_lsr: sum(wages) over person
        taxable_interest_income: sum(interest) over person
        real_estate_taxes: sum(property_tax) over person
      ignore:
        - {columns: [recid, spouse_age], reason: bookkeeping, note: the publisher's own}
        - {columns: [blank], reason: empty}
        - {instead: {snap_value: snap}, reason: computed_by_engine}
  survey:
    like: donors
    title: Months of persons, 2014
    period: 2014
    where: year = 2014
    population:
      drop:
        - {variables: [real_estate_taxes], reason: imputed_by_publisher}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC214", __doc__)
