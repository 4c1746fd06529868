"""The life of a variable as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import aligned, indented
from specc.render.findings import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.catalog.engine import EngineVariable
    from compiler.plan.life import Life


def life_text(
    life: Life, engine: str, facts: EngineVariable | None, declared: str, parts_of_sum: Sequence[str] = ()
) -> str:
    """Return engine facts, writers, readers and exports; an expression stands where `declared` says.

    `parts_of_sum` are the variables of the plan that the engine adds up to this one.
    """
    computed = [[c.expression, c.type, c.entity, declared] for c in life.computed]
    writers = "written by, in this order" if len(life.written) > 1 else "written by"
    through = [[node] for c in life.computed for node in c.read_by]
    parts = [
        [f"{life.variable}: {_facts(engine, facts)}"],
        _block("the engine adds up, ask for", [[name] for name in parts_of_sum]),
        _block(writers, [[w.node, w.operation, w.entity, w.rows, w.place] for w in life.written]),
        _block("computed where it is read, as", computed),
        _block("computed in", through),
        _block("read by", [[r.node, r.role, f"as written by {r.written_by}", r.place] for r in life.read]),
        _block("exported by", [[export] for export in life.exports]),
    ]
    return "\n".join(clean(line) for part in parts for line in part)


def _facts(engine: str, facts: EngineVariable | None) -> str:
    if facts is None:
        return f"{engine} does not have it"
    said = [facts.entity, facts.type, facts.unit, facts.period, facts.kind]
    return f"in {engine} " + ", ".join(filter(None, said))


def _block(title: str, rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    return [title, *indented(aligned(rows))]
