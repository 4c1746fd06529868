"""What a run says of its clones: a summary, the table of their variables, and what they add to each fact.

It is made of what the nodes left, when all are done, and kept like the numbers of a run: under a key of its
own, of the contents that it depends on. Flags are read as they stand after calibration.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.plan import ENTITIES, WEIGHT, ColumnRef, digest
from compiler.plan.addresses import draw_of
from runtime.names import column_file, rows_file
from runtime.numbers import kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from compiler.plan import Node, Plan
    from runtime.store import Artifact, Store

    Json = dict[str, Any]
    Artifacts = Mapping[str, Artifact]

RECIPE = "specc.clones/1"
SUMMARY, VARIABLES, FACTS = "clone_summary.json", "clone_variable_surface.csv", "clone_facts.parquet"


@dataclass(frozen=True, slots=True)
class Cloned:
    """A clone of a plan: what is said of it, the node that made its rows, the calibrations that weigh them.

    Attributes:
        order: all clones of the plan, in the order in which their rows were made.
        rows: the nodes that define the rows of the last frame that has the clone.
    """

    name: str
    said: Json
    made_by: Node
    order: tuple[str, ...]
    rows: tuple[str, ...]
    calibrations: tuple[Node, ...]

    @property
    def flags(self) -> dict[str, str]:
        """The flag of each entity."""
        flags: dict[str, str] = self.said["flags"]
        return flags

    def made_at(self, rows: tuple[str, ...]) -> int:
        """Return how many steps that define rows there are with the one that made the clone's."""
        return rows.index(self.made_by.address) + 1


def clones_of(plan: Plan) -> list[Cloned]:
    """Return the clones of a plan's first draw, in the order of the pipeline."""
    said: Json = plan.metadata.get("clones", {})
    return [_cloned(plan, name, entry, tuple(said)) for name, entry in said.items()]


def file_of(clone: str, kind: str) -> str:
    """Return what a file about a clone is called."""
    return f"{clone}_{kind}"


def cloned(plan: Plan, artifacts: Artifacts, store: Store) -> Artifact | None:
    """Return the artifact that keeps what is said of the clones of a finished run; None without any."""
    clones = clones_of(plan)
    if not clones:
        return None
    document = {"recipe": RECIPE, "clones": [_document(clone, artifacts) for clone in clones]}

    def write(folder: Path) -> None:
        # Imported here: a run that finds everything in its store counts nothing.
        from runtime.clone_summary import contributions, summary, variables  # noqa: PLC0415

        for clone in clones:
            told = json.dumps(summary(clone, artifacts), indent=1, ensure_ascii=False, allow_nan=False)
            (folder / file_of(clone.name, SUMMARY)).write_text(told + "\n", encoding="utf-8")
            variables(clone).write_csv(folder / file_of(clone.name, VARIABLES))
            if clone.calibrations:
                contributions(clone, artifacts).write_parquet(folder / file_of(clone.name, FACTS))

    return kept("numbers of the clones", document, store, write)


def _cloned(plan: Plan, name: str, said: Json, order: tuple[str, ...]) -> Cloned:
    made_by = plan.node(said["made_by"])
    having = [rows for node in plan.nodes if made_by.address in (rows := _rows(node)) and _first(node)]
    rows = max([*having, (*_rows(made_by), made_by.address)], key=len)
    calibrations = [node for node in plan.nodes if node.operation == "calibrate" and _first(node)]
    weighing = tuple(node for node in calibrations if made_by.address in _rows(node))
    return Cloned(name, said, made_by, order, rows, weighing)


def _first(node: Node) -> bool:
    return draw_of(node.address) == 1


def _rows(node: Node) -> tuple[str, ...]:
    frame = node.inputs.frames.get("frame")
    return frame.rows if frame is not None else ()


def _document(clone: Cloned, artifacts: Artifacts) -> Json:
    """Return what is said of a clone depends on: contents, and what the spec says."""
    weight, made_by = column_file("household", WEIGHT), clone.made_by
    flags = [artifacts[made_by.address].content(column_file(e, f)) for e, f in clone.flags.items()]
    before = made_by.inputs.frames.get("frame")
    return {
        "name": clone.name, "said": digest(clone.said), "order": list(clone.order),
        "made": [digest(made_by.parameters), artifacts[made_by.address].content(weight), *flags],
        "before": [] if before is None else [_content(artifacts, before.columns["household"][WEIGHT])],
        "rows": [artifacts[row].content(rows_file(entity)) for row in clone.rows for entity in ENTITIES],
        "calibrations": {
            node.address: [artifacts[node.address].content(weight),
                           artifacts[node.inputs.artifacts["matrix"]].content("matrix.parquet"),
                           artifacts[node.address].content("fits.parquet")]
            for node in clone.calibrations
        },
    }  # fmt: skip


def _content(artifacts: Artifacts, ref: ColumnRef) -> str:
    return artifacts[ref.node].content(column_file("household", WEIGHT))
