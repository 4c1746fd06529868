"""DuckDB's parser: statements to serialized trees, many at once, beside what Python does meanwhile."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

_SERIALIZE = "SELECT json_serialize_sql(text) FROM (SELECT unnest(?::VARCHAR[]) AS text)"


def serialized(statement: str) -> str:
    """Return the tree of a statement, or what is wrong with it, as the JSON that DuckDB writes."""
    parser = _parser()
    parser.wait()
    if statement not in parser.trees:
        parser.serialize([statement])
    return parser.trees[statement]


def serialize_ahead(statements: Iterable[str]) -> None:
    """Have statements serialized that may be asked for, at once and in a thread; do not wait for it."""
    _parser().begin(statements)


class _Parser:
    """A connection for one batch after another. Trees are kept as long as the process."""

    def __init__(self) -> None:
        self.trees: dict[str, str] = {}
        self._begun: set[str] = set()
        self._last: threading.Thread | None = None

    def begin(self, statements: Iterable[str]) -> None:
        new = list(dict.fromkeys(each for each in statements if each not in self._begun))
        if new:
            self._begun.update(new)
            # Threads end with their batch, so that no process waits for one that waits for more.
            self._last = threading.Thread(target=self._after, args=(self._last, new))
            self._last.start()

    def wait(self) -> None:
        """Wait until what was begun is there."""
        if self._last is not None:
            self._last.join()
            self._last = None

    def serialize(self, statements: list[str]) -> None:
        found = _connection().execute(_SERIALIZE, [statements]).fetchall()
        self.trees.update(zip(statements, (tree for (tree,) in found), strict=True))

    def _after(self, before: threading.Thread | None, statements: list[str]) -> None:
        if before is not None:
            before.join()
        self.serialize(statements)


@functools.cache
def _parser() -> _Parser:
    return _Parser()


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    # Imported here, by the first thread. And only the native module: the package around it takes four times
    # as long to load, for what a parser does not need.
    from _duckdb import connect  # noqa: PLC0415

    return connect(
        ":memory:", config={"enable_external_access": "false", "lock_configuration": "true", "threads": "1"}
    )
