"""DuckDB's parser: statements to serialized trees, many at once, beside what Python does meanwhile."""

from __future__ import annotations

import atexit
import contextlib
import functools
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

_SERIALIZE = "SELECT json_serialize_sql(text) FROM (SELECT unnest(?::VARCHAR[]) AS text)"


def serialized(statement: str) -> str:
    """Return the tree of a statement, or what is wrong with it, as the JSON that DuckDB writes."""
    parser = _parser()
    parser.wait_for(statement)
    if statement not in parser.trees:
        parser.serialize([statement])
    return parser.trees[statement]


def serialize_ahead(statements: Iterable[str]) -> None:
    """Have statements serialized that may be asked for, at once and in a thread; do not wait for it."""
    _parser().begin(statements)


class _Parser:
    """A connection, and a thread that serializes batch after batch. Trees are kept as long as the process."""

    def __init__(self) -> None:
        self.trees: dict[str, str] = {}
        self._begun: set[str] = set()
        self._batches: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
        self._waiting = 0
        self._done = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="parser", daemon=True)
        self._thread.start()
        # It ends before the process does: where Python stops a thread inside DuckDB, the process crashes.
        atexit.register(self._end)

    def begin(self, statements: Iterable[str]) -> None:
        new = list(dict.fromkeys(each for each in statements if each not in self._begun))
        # A process that was forked from this one has no thread: there all is parsed when it is asked for.
        if new and self._thread.is_alive():
            self._begun.update(new)
            with self._done:
                self._waiting += 1
            self._batches.put(new)

    def wait_for(self, statement: str) -> None:
        """Wait until a statement is there, or whatever was begun is."""
        if statement not in self.trees:
            with self._done:
                self._done.wait_for(lambda: statement in self.trees or not self._waiting)

    def serialize(self, statements: list[str]) -> None:
        found = _connection().execute(_SERIALIZE, [statements]).fetchall()
        self.trees.update(zip(statements, (tree for (tree,) in found), strict=True))

    def _end(self) -> None:
        self._batches.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (batch := self._batches.get()) is not None:
            # A batch that fails is serialized again by who asks for one of it, and fails there.
            with contextlib.suppress(Exception):
                self.serialize(batch)
            with self._done:
                self._waiting -= 1
                self._done.notify_all()


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
