"""Copies start so low that the method can never bring them to the weight of an original.

## What it does

Reports a clone whose copies start from less than the method can make up for: the highest ratio of a weight to
its start, times the share that the copy starts from, is below a tenth. That ratio is the upper end of
`bounds:`, or for `microcalibrate` what its steps can add up to.

## Why it matters

The copies are there so that calibration can choose them. From a start that is too small they stay at next to
nothing whatever the facts say, and a report of activated copies would say so only after the run.

## Example

```yaml
clones:
  support: {internal_start: {twin: 0.001}}
calibrations:
  national: {method: {kind: dual, distance: logit, bounds: [0, 50]}}
```

## Instead

```yaml
clones:
  support: {internal_start: {twin: 0.1}}
calibrations:
  national: {method: {kind: dual, distance: logit, bounds: [0, 50]}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC455", __doc__)
