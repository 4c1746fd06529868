"""A file that lies in the bundle is not the one that is pinned.

## What it does

Reports a source whose file lies in the bundle and has another digest than its `sha256:` says. Files of more
than 4 MiB are not looked at.

## Why it matters

The digest says what a build reads, not the file. What was edited without a new digest is not built: the store
still has the bytes that are pinned, and where it does not, the run stops.

## Example

```yaml
# file: data/growth.csv
YEAR WAGES OTHER
```

## Instead

```yaml
# file: data/growth.csv
YEAR WAGES OTHER
```

```yaml
sources:
  growth:
    sha256: b7fe102fd884a83755fc7b56acdd879c02421cdf83c165fda463a3d4f51cdf32
```

```yaml
# file: sources.lock
{"sources": {"growth": {"sha256": "b7fe102fd884a83755fc7b56acdd879c02421cdf83c165fda463a3d4f51cdf32"}}}
```
"""

from compiler.rules import Rule

RULE = Rule.of("SPC708", __doc__)
