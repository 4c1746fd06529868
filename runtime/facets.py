"""Schema and column lineage of what a node writes, in the shapes of OpenLineage's facets.

A dataset is a node and one entity of it, `impute.tips.tip_income/person`; a column of a file is in that
of its node. Names are those of the facets `schema` (1-2-0) and `columnLineage` (1-2-0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan.lineage import all_origins, lineage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from compiler.plan import Node
    from compiler.plan.lineage import Origin

    Json = dict[str, object]

NAMESPACE = "specc"


def schema(path: Path) -> Json:
    """Return the columns of a stored table with their types, as Arrow calls them, in declared order."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - whoever asks for names alone needs none of it

    fields = pq.read_schema(path)
    return {"fields": [{"name": field.name, "type": str(field.type)} for field in fields]}


def column_lineage(node: Node) -> Json:
    """Return the origins of each column that a node writes, by entity; of all it writes, under `dataset`."""
    by_column = {
        entity: {"fields": {name: {"inputFields": _fields(found)} for name, found in columns.items()}}
        for entity, columns in lineage(node).items()
        if columns
    }
    return {**by_column} if by_column else _whole(node)


def dataset(node: str, entity: str | None) -> str:
    """Return the name of a dataset."""
    return node if entity is None else f"{node}/{entity}"


def _whole(node: Node) -> Json:
    fields = _fields(all_origins(node))
    return {"dataset": fields} if fields else {}


def _fields(origins: Iterable[Origin]) -> list[Json]:
    return [
        {
            "namespace": NAMESPACE,
            "name": dataset(origin.node, origin.entity),
            "field": origin.column,
            "transformations": [_transformation(origin)],
        }
        for origin in origins
    ]


def _transformation(origin: Origin) -> Json:
    kind = "INDIRECT" if origin.kind == "CONDITIONAL" else "DIRECT"
    return {"type": kind, "subtype": origin.kind}
