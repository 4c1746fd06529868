"""A step cannot prepare a frame.

## What it does

Reports a step in the pipeline of a `frames` entry that is none of `scaffold`, `impute`, `uprate`,
`constrain`, `derive` and `draw`.

## Why it matters

A frame is prepared to be a donor. The engine runs once, on the dataset; clones, weights and files are of the
dataset as well.

## Example

```yaml
frames:
  prepared:
    pipeline: [{scaffold: donors}, {uprate: to_2023}, {materialise: tax}]
```

## Instead

```yaml
frames:
  prepared:
    pipeline: [{scaffold: donors}, {uprate: to_2023}]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC431", __doc__)
