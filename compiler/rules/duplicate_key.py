"""A mapping holds the same key twice.

## What it does

Reports the second key and says on which line the first one stands.

## Why it matters

Many readers keep the last one without a word, so an edit of the first changes nothing.

## Example

```yaml
variables:
  is_grown: {entity: person, type: bool, value: age >= 18}
  is_grown: {entity: person, type: bool, value: age >= 21}
```

## Instead

```yaml
variables:
  is_grown: {entity: person, type: bool, value: age >= 18}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC005", __doc__)
