"""A store with hand-made artifacts and frames in it, and one operation carried out as a run does it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from compiler.plan import ENTITIES, GROUPS, ColumnRef, FrameRef, Inputs, Node, Plan
from runtime.execute import Done, Run
from runtime.frames import SOURCE_ROW, FrameReader, membership
from runtime.names import column_file, rows_file
from runtime.operations import OPERATIONS
from runtime.store import Store
from runtime.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pytest

    from runtime.store import Artifact

    File = pl.DataFrame | str | bytes

CLONE: dict[str, Any] = {
    "flag": "is_copy",
    "stored_weight": "zero",
    "twin": 0.25,
    "weight": "household_weight",
    "internal": "household_internal_weight",
}
"""Parameters of an operation that clones every household."""


@dataclass
class Listening:
    """A listener that remembers what it heard."""

    heard: list[tuple[str, str]] = field(default_factory=list)

    def started(self, node: Node) -> None:
        """Remember the start of a node."""
        self.heard.append(("started", node.address))

    def progressed(self, node: Node, done: int, total: int) -> None:
        """Remember the progress of a node."""
        self.heard.append((f"{done}/{total}", node.address))

    def finished(self, node: Node, action: str, seconds: float) -> None:
        """Remember what was done about a node."""
        assert seconds >= 0
        self.heard.append((action, node.address))

    def warned(self, message: str) -> None:
        """Remember a warning."""
        self.heard.append(("warned", message))


def surroundings(folder: Path, files: Mapping[str, Mapping[str, str]] | None = None) -> Surroundings:
    """Return surroundings inside a folder, which is also the bundle."""
    return Surroundings(folder, folder / "cache", None, files or {}, folder / "chunks")


def plan_of(*nodes: Node) -> Plan:
    """Return a plan of some nodes."""
    return Plan("bench", 2023, 7, "policyengine_us", "0", 0, nodes)


@dataclass
class Bench:
    """A place to try one operation: `put` and `frame` make its inputs, `run` carries it out."""

    folder: Path
    done: dict[str, Done] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def store(self) -> Store:
        """The store everything is in."""
        return Store(self.folder / "store")

    def put(self, address: str, files: Mapping[str, File]) -> str:
        """Commit files as the artifact of an address and return the address."""
        store, key = self.store, f"put.{next(self.numbers)}"
        with store.scratch(key) as folder:
            for name, file in files.items():
                if isinstance(file, pl.DataFrame):
                    file.write_parquet(folder / name)
                else:
                    (folder / name).write_bytes(file.encode() if isinstance(file, str) else file)
            artifact = store.commit(key, folder, {"predicate": {}})
        self.done[address] = Done(Node(address, "put", 1, {}), key, artifact, "built", 0.0)
        return address

    def frame(
        self,
        address: str,
        groups: Mapping[str, Sequence[int]],
        columns: Mapping[str, Any],
        views: Sequence[tuple[str, str, str, str]] = (),
    ) -> FrameRef:
        """Commit a population and return its frame.

        `groups` says person by person which household, tax unit, ... they belong to; a group left out is the
        household. Persons are 1, 2, 3, ... `columns` are named `entity.column`.
        """
        members = {group: list(groups.get(group, groups["household"])) for group in GROUPS}
        ids = {"person_id": list(range(1, len(members["household"]) + 1))}
        tables = {"person": pl.DataFrame(ids | {membership(group): members[group] for group in GROUPS})}
        for group in GROUPS:
            tables[group] = pl.DataFrame({f"{group}_id": list(dict.fromkeys(members[group]))})
        files: dict[str, File] = {
            rows_file(entity): table.with_columns(pl.lit(None, dtype=pl.Int64).alias(SOURCE_ROW))
            for entity, table in tables.items()
        }
        refs: dict[str, dict[str, ColumnRef]] = {}
        for path, values in columns.items():
            entity, name = path.split(".")
            files[column_file(entity, name)] = pl.DataFrame(
                {name: values if isinstance(values, pl.Series) else pl.Series(values)}
            )
            refs.setdefault(entity, {})[name] = ColumnRef(address, 1)
        self.put(address, files)
        return FrameRef((address,), refs, tuple(views))

    def run(
        self,
        operation: str,
        parameters: dict[str, Any],
        *,
        frames: dict[str, FrameRef] | None = None,
        artifacts: dict[str, str] | None = None,
        outputs: Mapping[str, tuple[str, ...]] | None = None,
        engine: dict[str, Any] | None = None,
        address: str = "step",
    ) -> Artifact:
        """Carry out one operation and return what it left."""
        inputs = Inputs(frames or {}, artifacts or {})
        made = dict(outputs or {})
        version = max(number for name, number in OPERATIONS if name == operation)
        node = Node(address, operation, version, parameters, inputs, made, address, engine)
        node = replace(node, place="a.yaml:3", key="planned")
        run = Run(plan_of(node), self.store, surroundings(self.folder), Listening(), done=dict(self.done))
        done = run.execute()[address]
        self.done[address] = done
        return done.artifact

    def reader(self, frame: FrameRef) -> FrameReader:
        """Return a reader of a frame."""
        return FrameReader(frame, {address: done.artifact for address, done in self.done.items()})

    def left(self) -> list[str]:
        """Return what lies about in the store: work that was neither committed nor removed."""
        scratch = self.folder / "store" / "scratch"
        return [path.name for path in scratch.iterdir() if path.name != ".sweep"]


def bench_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return an empty place to try an operation. No power cut is waited for: files are not synced."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    return Bench(folder)


def extended(frame: FrameRef, node: str, columns: Mapping[str, str], *, rows: bool = False) -> FrameRef:
    """Return a frame with columns (name to entity) of a node, which defined new rows or did not."""
    order = (*frame.rows, node) if rows else frame.rows
    refs = {entity: dict(found) for entity, found in frame.columns.items()}
    for name, entity in columns.items():
        refs.setdefault(entity, {})[name] = ColumnRef(node, len(order))
    return replace(frame, rows=order, columns=refs)


def column(artifact: Artifact, entity: str, name: str) -> pl.Series:
    """Return a column that an artifact keeps."""
    return pl.read_parquet(artifact.path(column_file(entity, name))).to_series()


def ids(artifact: Artifact, entity: str) -> pl.DataFrame:
    """Return the rows that an artifact defines."""
    return pl.read_parquet(artifact.path(rows_file(entity)))


def report(artifact: Artifact, name: str = "report.json") -> dict[str, Any]:
    """Return a report that an artifact keeps."""
    read: dict[str, Any] = json.loads(artifact.path(name).read_text(encoding="utf-8"))
    return read


def found(artifact: Artifact) -> dict[str, Any]:
    """Return what the manifest says of the data."""
    predicate: Any = artifact.manifest["predicate"]
    said: dict[str, Any] = predicate["x-specc"]
    return said


__all__ = [
    "ENTITIES",
    "Bench",
    "Listening",
    "bench_in",
    "column",
    "extended",
    "found",
    "ids",
    "plan_of",
    "report",
    "surroundings",
]
