"""A file cannot be read as text within the limits.

## What it does

Refuses a file that is not UTF-8, is larger than 4 MiB, nests deeper than 64 levels, holds more than 50,000
values or a character that an editor does not show. Also refuses a `.yaml` name that is no file, or a link
that leaves the bundle.

## Why it matters

Specs may come from anybody. A small text can be built so that reading it takes hours, and a character that
nobody sees can make a line say something else than a reviewer reads.

## Example

```yaml
variables:
  [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
  [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
  ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
  ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
```

## Instead

```yaml
variables:
  is_grown: {entity: person, type: bool, value: age >= 18}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC001", __doc__)
