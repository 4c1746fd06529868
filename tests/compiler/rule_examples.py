"""Bundles from the snippets of the rules' documentation, laid over the base of the golden cases.

A snippet shows only what it is about. It is merged into the base key by key; lists and single values take the
place of those of the base. Three kinds of snippets are treated otherwise:

- one that the reader objects to, or that holds a suppression: what it declares leaves the base,
  and the text becomes one more file;
- one that begins with `# file: NAME.yaml`: it becomes that file, instead of the one that the base may have;
- one that begins with `# file: sources.lock`, which is JSON: it is merged into the lock.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler_bundles import base_bundle

from compiler.compilation import compile_bundle
from compiler.model.recipe import SINGLE
from compiler.syntax.document import plain
from compiler.syntax.reader import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.diagnostics import Diagnostic

_FILE = re.compile(r"# file: (\S+)\n")


def found(snippets: tuple[str, ...], folder: Path) -> list[Diagnostic]:
    """Lay snippets over the base bundle, in a folder that does not exist yet; return what lint says."""
    base_bundle(folder)
    for snippet in snippets:
        _lay_over(snippet, folder)
    return compile_bundle(folder).diagnostics


def _lay_over(snippet: str, folder: Path) -> None:
    named = _FILE.match(snippet)
    document = read_text(snippet, "snippet.yaml")
    if named is not None and named[1] == "sources.lock":
        lock = folder / "sources.lock"
        merged = _merged(json.loads(lock.read_text("utf-8")), json.loads(snippet[named.end() :]))
        lock.write_text(json.dumps(merged), encoding="utf-8")
    elif named is not None:
        (folder / named[1]).parent.mkdir(exist_ok=True)
        (folder / named[1]).write_text(snippet, encoding="utf-8")
    elif document.diagnostics or document.suppressions:
        declared = _values(snippet)
        for path in folder.glob("*.yaml"):
            _write(path, _without(_values(path.read_text("utf-8")), declared))
        (folder / "snippet.yaml").write_text(snippet, encoding="utf-8")
    else:
        _merge_into(folder, _values(snippet))


def _values(text: str) -> dict[str, dict[str, Any]]:
    root = read_text(text, "text.yaml").root
    values = {} if root is None else plain(root)
    assert isinstance(values, dict)
    return values


def _write(path: Path, values: dict[str, Any]) -> None:
    # JSON is YAML, and its strings are in quotes.
    path.write_text(json.dumps(values), encoding="utf-8")


def _without(base: dict[str, Any], declared: dict[str, Any]) -> dict[str, Any]:
    """Return the base less every definition that is declared elsewhere; `bundle` is one definition."""
    return {
        kind: {name: spec for name, spec in names.items() if name not in declared.get(kind, {})}
        for kind, names in base.items()
        if kind != "bundle" or kind not in declared
    }


def _merge_into(folder: Path, overlay: dict[str, dict[str, Any]]) -> None:
    """Merge each definition into the file that declares it; new ones become a file of their own."""
    rest = {kind: dict(names) for kind, names in overlay.items()}
    for path in folder.glob("*.yaml"):
        values = _values(path.read_text("utf-8"))
        for kind, names in values.items():
            if kind in SINGLE:
                names.update(_merged(names, rest.pop(kind, {})))
            for name in [name for name in rest.get(kind, ()) if name in names]:
                names[name] = _merged(names[name], rest[kind].pop(name))
        _write(path, values)
    _write(folder / "snippet.yaml", {kind: names for kind, names in rest.items() if names})


def _merged(base: Any, overlay: Any) -> Any:  # noqa: ANN401 - any value of YAML
    if not isinstance(base, dict) or not isinstance(overlay, dict):
        return overlay
    return base | {key: _merged(base.get(key), value) for key, value in overlay.items()}
