"""A bundle asks for several draws, and nothing is drawn.

## What it does

Reports `draws:` above 1 in a bundle whose pipeline imputes nothing.

## Why it matters

All draws would be the same: their files and intervals would say that nothing is uncertain.

## Example

```yaml
bundle:
  draws: 5
  pipeline:
    - scaffold: survey
    - uprate: to_2023
    - materialise: tax
    - calibrate: national
    - export: dataset
upratings:
  to_2023: {by: {OTHER: [taxable_interest_income]}}
```

## Instead

```yaml
bundle:
  draws: 5
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC433", __doc__)
