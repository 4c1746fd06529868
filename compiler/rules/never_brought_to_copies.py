"""A surface is said to be brought onto the copies later, but no step does.

## What it does

Reports a variable of a surface in `later:` of a clone that no step after the clone draws, derives or
constrains.

## Why it matters

The table of the clone's variables says that the copies have values of their own for it. Without such a step
they hold what was copied with the row, which belongs to the income that the copy no longer has.

## Example

```yaml
surfaces:
  work: {include: [weeks_unemployed]}
clones:
  support: {later: [work]}
```

## Instead

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - clone: support
    - derive: work
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
surfaces:
  work: {include: [weeks_unemployed]}
clones:
  support: {later: [work]}
derivations:
  work:
    entity: person
    values: {weeks_unemployed: "case when employment_income_before_lsr > 0 then 0 else 10 end"}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC465", __doc__)
