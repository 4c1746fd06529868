"""Two methods of a bake-off are the same.

## What it does

Reports methods of equal kind and parameters, those that are not written taken at their default.

## Why it matters

A method compared with itself wins and loses by chance; most often a parameter was forgotten.

## Example

```yaml
bakeoffs:
  methods:
    imputation: detail
    methods:
      one: {kind: forest, trees: 100}
      other: {kind: forest}
    metrics: [crps, zero_shares]
    folds: {count: 5, by: household}
    seeds: [1, 2, 3]
```

## Instead

```yaml
bakeoffs:
  methods:
    imputation: detail
    methods:
      one: {kind: forest, trees: 100}
      other: {kind: qrf}
    metrics: [crps, zero_shares]
    folds: {count: 5, by: household}
    seeds: [1, 2, 3]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC423", __doc__)
