"""A calibration asks its method for something that it cannot keep, or would not heed.

## What it does

Reports facts to be met exactly with `microcalibrate`, which compromises between all of them; `balance` with
`ipf`, which meets all facts or fails; and `stages`, `replicates` or `rotation` with `l0` and `exact_k`, which
choose anew each time who keeps a weight.

## Why it matters

The run would do something else than what is written, and nobody would see it in the weights.

## Example

```yaml
calibrations:
  national:
    method: {kind: exact_k, records: 500}
    stages: {all: {}}
```

## Instead

```yaml
calibrations:
  national:
    method: {kind: exact_k, records: 500}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC622", __doc__)
