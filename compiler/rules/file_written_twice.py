"""Two exports of a pipeline write the same file.

## What it does

Reports an engine file or a Parquet folder that an earlier export of the pipeline writes as well. Upper
and lower case are the same: on many machines they are.

## Why it matters

Only one of the two would be there at the end.

## Example

```yaml
exports:
  public: {parquet: tables}
bundle:
  pipeline: [{scaffold: survey}, {clone: support}, {uprate: to_2023}, {materialise: tax},
    {calibrate: national}, {export: dataset}, {export: public}, {validate: programs}]
```

## Instead

```yaml
exports:
  public: {parquet: public_tables}
bundle:
  pipeline: [{scaffold: survey}, {clone: support}, {uprate: to_2023}, {materialise: tax},
    {calibrate: national}, {export: dataset}, {export: public}, {validate: programs}]
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC607", __doc__)
