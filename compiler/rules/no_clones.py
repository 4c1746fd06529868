"""A calibration reports what becomes of clones where there are none.

## What it does

Reports `activation:` of a calibration whose households have no flag: nothing says which of them are clones.

## Why it matters

Its report would be empty, and look as if clones had been looked at.

## Example

```yaml
bundle:
  pipeline:
    - scaffold: survey
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
    - validate: programs
upratings:
  to_2023: {by: {OTHER: [taxable_interest_income]}}
calibrations:
  national:
    activation: {by: sum(employment_income_before_lsr) over household, bands: [25000, 100000]}
```

## Instead

```yaml
calibrations:
  national:
    activation: {by: sum(employment_income_before_lsr) over household, bands: [25000, 100000]}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC643", __doc__)
