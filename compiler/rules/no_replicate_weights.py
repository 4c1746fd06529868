"""What a calibration names as replicate weights are none.

## What it does

Reports replicate weights that are not stored numbers of households, a prefix that fewer than two columns
begin with, and a number of `scales:` that is not that of the columns.

## Why it matters

A variance of replicates is about as many samples as there are, each a weight for every household.

## Example

```yaml
calibrations:
  national:
    replicates: {scheme: sdr, columns: repwt_*}
```

## Instead

```yaml
calibrations:
  national:
    replicates: {scheme: bootstrap, count: 80}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC642", __doc__)
