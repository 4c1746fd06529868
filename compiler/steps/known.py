"""What the locks say of the values of columns: in a file, and in a frame back to the files it is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.expressions import ExpressionError, parse
from compiler.expressions.conditions import constant_of, may_fail, may_hold
from compiler.expressions.domains import Domain, of_values
from compiler.expressions.values import type_of_sql
from compiler.steps.files import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.catalog.lock import LockedColumn, LockedSource
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.tables import Joined
    from compiler.plan import Node

# Numbers of single precision are not what they are written as.
_KINDS = {"int": "number", "float": "number", "str": "text", "bool": "bool"}
_INEXACT = frozenset({"FLOAT", "ENUM"})
_SQL_KINDS = {"DOUBLE": "number", "BIGINT": "number", "BOOLEAN": "bool", "VARCHAR": "text"}
_ABSENT: dict[str, float | str | bool] = {"number": 0.0, "bool": False, "text": ""}
# A bound is a double: beyond this it may be another whole number than the one that was met.
_EXACT = 2.0**53


def of_file(lock: LockedSource) -> dict[str, Domain]:
    """Return what a lock says of the values of each column of a file; nothing of a file without rows."""
    found = {name: _of_locked(column, lock.rows) for name, column in lock.columns.items()}
    return {} if lock.rows == 0 else {name: domain for name, domain in found.items() if domain is not None}


def of_source(context: Context, source: Definition[Source]) -> dict[str, Domain]:
    """Return what the locks say of the values of the columns that the rows of a source can read."""
    found: dict[str, Domain] = {}
    for table in tables_of(source):
        lock = context.locks.get(table.name)
        # Of a table that is not locked as it is, nothing is known.
        known = of_file(lock) if lock is not None and lock.sha256 == table.content else {}
        found = _of_joined(source.spec.join[table.join], known) | found if table.join else known
    return found


def of_documented(column: LockedColumn) -> Domain | None:
    """Return what a layout says of the values of a column."""
    return _of_locked(replace(column, nulls=0), 1)


def _of_joined(join: Joined, known: dict[str, Domain]) -> dict[str, Domain]:
    """Return what is known of a joined table's columns under the names they are read by."""
    may_lack = join.missing is not None
    return {
        (join.prefix or "") + name: replace(domain, nullable=domain.nullable or may_lack)
        for name, domain in known.items()
    }


def of_frame(context: Context, frame: Frame, names: frozenset[str]) -> dict[str, Domain]:
    """Return what is known of the stored columns of a frame that are named."""
    columns = [frame.columns[name] for name in names if name in frame.columns]
    found = {c.name: _of_written(context, c.name, c.entity, c.ref.node) for c in columns}
    return {name: domain for name, domain in found.items() if domain is not None}


def _of_locked(column: LockedColumn, rows: int) -> Domain | None:
    kind = _KINDS.get(type_of_sql(column.type))
    if kind is None or column.type.partition("(")[0] in _INEXACT:
        return None
    nullable = column.nulls > 0
    if column.nulls == rows:
        return of_values(kind, frozenset(), nullable=True)
    if column.codes is not None and all(_is_of(code, kind) for code in column.codes):
        return of_values(kind, frozenset(column.codes), nullable=nullable)
    if kind == "bool" or (column.low is None and column.high is None):
        return None
    return Domain(kind, _bound(column.low, kind), _bound(column.high, kind), nullable=nullable)


def _is_of(value: object, kind: str) -> bool:
    if isinstance(value, bool) or kind == "bool":
        return isinstance(value, bool) and kind == "bool"
    return isinstance(value, str) == (kind == "text")


def _bound(value: float | str | None, kind: str) -> float | str | None:
    """Return a bound that can be compared; an infinite number stands in a lock as a text."""
    if kind == "text":
        return value if isinstance(value, str) else None
    return value if isinstance(value, int | float) and abs(value) < _EXACT else None


def _of_written(context: Context, name: str, entity: str, address: str) -> Domain | None:
    """Return what a column may hold that a node wrote, back through the nodes before it."""
    node = context.nodes.get(address)
    if node is None:
        return None
    if node.operation == "population":
        return _of_population(context, node, name)
    if node.operation == "uprate":
        before = _before(context, node, "frame", name, entity)
        # Whatever the index: of amounts that are not all zero, it would have to be known.
        return before if before is not None and (before.low, before.high) == (0, 0) else None
    return _of_draw(context, node, name, entity) if node.operation == "impute" else None


def _before(context: Context, node: Node, role: str, name: str, entity: str) -> Domain | None:
    ref = node.inputs.frames[role].columns.get(entity, {}).get(name)
    return None if ref is None else _of_written(context, name, entity, ref.node)


def _of_draw(context: Context, node: Node, name: str, entity: str) -> Domain | None:
    """Return what a draw may give: what donors have, zero elsewhere, on one half what was there before."""
    found = _before(context, node, "donor", name, entity)
    halves = node.parameters["halves"] or {}
    is_of_half = name in {*halves.get("clone_only", ()), *halves.get("original_only", ())}
    if is_of_half and found is not None:
        before = _before(context, node, "recipient", name, entity)
        found = None if before is None else found.joined(before)
    elsewhere = node.parameters["elsewhere"]
    if elsewhere == "keep" and found is not None:
        before = _before(context, node, "recipient", name, entity)
        return None if before is None else found.joined(before)
    if (node.parameters["where"] is not None or "receives" in node.parameters) and found is not None:
        is_null = elsewhere is None
        values = frozenset[float | str | bool]() if is_null else frozenset({_ABSENT[found.kind]})
        found = found.joined(of_values(found.kind, values, nullable=is_null))
    return found


def _of_population(context: Context, node: Node, name: str) -> Domain | None:
    rules = [rule for rule in node.parameters["columns"] if rule["name"] == name]
    source = context.recipe.sources.get(node.address.removeprefix("source."))
    if not rules or source is None:
        return None
    columns, kind = of_source(context, source), _SQL_KINDS[rules[0]["type"]]
    found: Domain | None = of_values(kind, frozenset())
    for value in _values(rules[0], node.parameters["members"], kind):
        given = value if isinstance(value, Domain) else _given(value, columns)
        found = None if found is None or given is None else found.joined(given)
    return found


def _values(rule: Mapping[str, Any], members: list[list[str]], kind: str) -> list[Any]:
    """Return what a column is made of: expressions, ranges that are drawn from, what others have."""
    if "row" in rule:
        drawn = [Domain("number", *rule["draw"])] if "draw" in rule else []
        return [rule["row"], *drawn]
    if "named_by" in rule:
        return [Domain("number", 0.0)]
    values = [
        value if isinstance(value, str) else Domain("number", value[0], value[1])
        for value in rule["members"].values()
    ]
    is_whole = "others" in rule["members"] or {name for name, _ in members} <= set(rule["members"])
    return values if is_whole else [*values, of_values(kind, frozenset({_ABSENT[kind]}))]


def _given(text: str, columns: dict[str, Domain]) -> Domain | None:
    """Return what an expression over a file may give: a column, a constant, a condition, a case of those."""
    try:
        return _of_tree(parse(text).tree, columns)
    except ExpressionError:
        return None  # an aggregate over a person's rows, or what has been spoken of


def _of_tree(tree: dict[str, Any], columns: dict[str, Domain]) -> Domain | None:
    if tree["class"] == "COLUMN_REF":
        return columns.get(tree["column_names"][0])
    if tree["class"] == "CASE":
        return _of_case(tree, columns)
    constant = constant_of(tree)
    if constant is not None:
        return of_values(constant[0], frozenset({constant[1]}))
    if tree["class"] not in {"COMPARISON", "CONJUNCTION", "BETWEEN"}:
        return None
    can = ((True, may_hold(tree, columns)), (False, may_fail(tree, columns)))
    return of_values("bool", frozenset(truth for truth, possible in can if possible), nullable=True)


def _reached(tree: dict[str, Any], columns: dict[str, Domain]) -> Iterator[dict[str, Any]]:
    """Yield the branches of a case that some row may come to."""
    for check in tree["case_checks"]:
        if may_hold(check["when_expr"], columns):
            yield check["then_expr"]
        if not may_fail(check["when_expr"], columns):
            return
    yield tree["else_expr"]


def _of_case(tree: dict[str, Any], columns: dict[str, Domain]) -> Domain | None:
    """Return what the branches give that some row may come to."""
    branches = list(_reached(tree, columns))
    valued = [branch for branch in branches if branch.get("literal", {}).get("kind") != "NULL_LITERAL"]
    found: Domain | None = None
    for number, branch in enumerate(valued):
        given = _of_tree(branch, columns)
        found = given if number == 0 or found is None or given is None else found.joined(given)
        if found is None or given is None:
            return None
    is_null = len(valued) < len(branches)
    return None if found is None else replace(found, nullable=found.nullable or is_null)
