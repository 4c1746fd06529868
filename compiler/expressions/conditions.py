"""Whether a condition can be true of a row, or fail to be, given what is known of the columns it reads.

Only what is certain is said: whatever is not a comparison of a column with constants may be either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions.domains import Constant, Domain, of_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Tree = dict[str, Any]
    Known = Mapping[str, Domain]

_COMPARISONS = {
    "COMPARE_EQUAL": "=", "COMPARE_NOTEQUAL": "<>", "COMPARE_LESSTHAN": "<", "COMPARE_GREATERTHAN": ">",
    "COMPARE_LESSTHANOREQUALTO": "<=", "COMPARE_GREATERTHANOREQUALTO": ">=",
}  # fmt: skip
_CONTRARY = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_KINDS = {"INTEGER": "number", "NUMERIC": "number", "STRING": "text", "BOOLEAN": "bool"}
_NULL = "NULL_LITERAL"


def may_hold(tree: Tree, known: Known) -> bool:
    """Tell whether some row may meet a condition."""
    return _narrowed(tree, known, holds=True) is not None


def may_fail(tree: Tree, known: Known) -> bool:
    """Tell whether some row may not meet a condition, because it is false there or null."""
    names = set(columns_of(tree))
    certain = all(name in known and not known[name].nullable for name in names)
    return not certain or _has_null(tree) or _narrowed(tree, known, holds=False) is not None


def _has_null(node: object) -> bool:
    """Tell whether a null is written out, of which nothing is true and nothing false."""
    if isinstance(node, list):
        return any(map(_has_null, node))
    return isinstance(node, dict) and (node.get("kind") == _NULL or any(map(_has_null, node.values())))


def is_selection(tree: Tree) -> bool:
    """Tell whether a condition names values of columns, such as a year: it says what is kept."""
    if tree["type"] == "CONJUNCTION_AND":
        return all(is_selection(child) for child in tree["children"])
    parts = _parts(tree)
    return bool(parts) and parts[0]["class"] == "COLUMN_REF" and all(constant_of(p) for p in parts[1:])


def _parts(tree: Tree) -> list[Tree]:
    """Return a column and what it is said to be, where a condition says that and nothing else."""
    if tree["type"] == "COMPARE_IN":
        return list(tree["children"])
    if tree["type"] == "COMPARE_BETWEEN":
        return [tree["input"], tree["lower"], tree["upper"]]
    sides = [tree["left"], tree["right"]] if tree["type"] == "COMPARE_EQUAL" else []
    return sides[::-1] if sides and sides[0]["class"] == "CONSTANT" else sides


def with_views(tree: Any, views: Mapping[str, Tree]) -> Any:  # noqa: ANN401 - a tree, or a part of one
    """Return a tree in which the trees of variables with a value stand in the place of their names."""
    if isinstance(tree, list):
        return [with_views(child, views) for child in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("class") == "COLUMN_REF" and tree["column_names"][0] in views:
        return with_views(views[tree["column_names"][0]], views)
    return {key: with_views(child, views) for key, child in tree.items()}


def columns_of(node: object) -> Iterable[str]:
    """Yield the columns that a tree reads, in its order."""
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            yield node["column_names"][0]
        for child in node.values():
            yield from columns_of(child)
    elif isinstance(node, list):
        for child in node:
            yield from columns_of(child)


def equalities(node: object) -> Iterator[tuple[str, str, Constant]]:
    """Yield every column that a tree compares for equality, or its contrary, with kind and value of what."""
    if isinstance(node, list):
        for child in node:
            yield from equalities(child)
        return
    if not isinstance(node, dict):
        return
    first, *others = _compared_sides(node)
    for other in others:
        sides = (first, other) if first["class"] == "COLUMN_REF" else (other, first)
        constant = constant_of(sides[1])
        if sides[0]["class"] == "COLUMN_REF" and constant is not None:
            yield sides[0]["column_names"][0], *constant
    for child in node.values():
        yield from equalities(child)


def _compared_sides(node: Tree) -> list[Tree]:
    """Return what a node compares for equality: the first with each of the others."""
    kind = node.get("type")
    if kind in {"COMPARE_EQUAL", "COMPARE_NOTEQUAL"}:
        return [node["left"], node["right"]]
    return list(node["children"]) if kind in {"COMPARE_IN", "COMPARE_NOT_IN"} else [{}]


def constant_of(node: Tree) -> tuple[str, Constant] | None:
    """Return kind and value of a node that is a constant and not null."""
    literal = node["literal"] if node["class"] == "CONSTANT" else {}
    kind, text = _KINDS.get(literal.get("kind", "")), str(literal.get("text"))
    if kind is None:
        return None
    if kind == "number":
        return kind, float(text)
    return kind, text if kind == "text" else text.lower() == "true"


def _narrowed(node: Tree, known: Known, *, holds: bool) -> Known | None:
    """Return what the columns may be where a condition is true, or false; None where it never is."""
    kind = node["type"]
    if kind == "OPERATOR_NOT":
        return _narrowed(node["children"][0], known, holds=not holds)
    if kind in {"CONJUNCTION_AND", "CONJUNCTION_OR"}:
        parts = [(child, holds) for child in node["children"]]
        return _of_all(parts, known) if (kind == "CONJUNCTION_AND") == holds else _of_one(parts, known)
    if kind in {"OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"}:
        return _of_null(node["children"][0], known, is_null=(kind == "OPERATOR_IS_NULL") == holds)
    return _of_values(node, known, holds=holds)


def _of_values(node: Tree, known: Known, *, holds: bool) -> Known | None:
    """Narrow by what a column is compared with, or by a truth value itself."""
    kind = node["type"]
    if kind in {"COMPARE_IN", "COMPARE_NOT_IN"}:
        column, *listed = node["children"]
        return _listed(column, listed, known, among=(kind == "COMPARE_IN") == holds)
    if kind == "COMPARE_BETWEEN":
        ends = ((">=", node["lower"]), ("<=", node["upper"]))
        return _compared_with(node["input"], ends, known, holds=holds)
    if kind in _COMPARISONS:
        return _compared(node, known, holds=holds)
    return _of_truth(node, known, holds=holds)


def _of_all(parts: list[tuple[Tree, bool]], known: Known) -> Known | None:
    for node, holds in parts:
        narrowed = _narrowed(node, known, holds=holds)
        if narrowed is None:
            return None
        known = narrowed
    return known


def _of_one(parts: list[tuple[Tree, bool]], known: Known) -> Known | None:
    return _either((_narrowed(node, known, holds=holds) for node, holds in parts), known)


def _either(found: Iterable[Known | None], known: Known) -> Known | None:
    """Return what is known where one of several holds: of more than one, no more than before."""
    possible = [each for each in found if each is not None]
    return None if not possible else possible[0] if len(possible) == 1 else known


def _of_truth(node: Tree, known: Known, *, holds: bool) -> Known | None:
    """Narrow by a truth value itself: a constant, or a column."""
    if node["class"] == "COLUMN_REF":
        return _kept(node["column_names"][0], known, "=", ("bool", holds))
    if node["class"] == "CONSTANT" and node["literal"]["kind"] == _NULL:
        return None if holds else known
    constant = constant_of(node)
    return known if constant is None or constant[0] != "bool" or constant[1] is holds else None


def _of_null(node: Tree, known: Known, *, is_null: bool) -> Known | None:
    domain = known.get(node["column_names"][0]) if node["class"] == "COLUMN_REF" else None
    if domain is None:
        return known
    possible = domain.nullable if is_null else not domain.is_empty
    return known if possible else None


def _listed(column: Tree, listed: list[Tree], known: Known, *, among: bool) -> Known | None:
    if any(constant_of(node) is None for node in listed):
        return known
    equal = ((("=", node),) for node in listed)
    if among:
        return _either([_compared_with(column, one, known, holds=True) for one in equal], known)
    return _compared_with(column, tuple(("<>", node) for node in listed), known, holds=True)


def _compared(node: Tree, known: Known, *, holds: bool) -> Known | None:
    comparison, left, right = _COMPARISONS[node["type"]], node["left"], node["right"]
    if left["class"] == "CONSTANT" and right["class"] != "CONSTANT":
        comparison, left, right = _TURNED[comparison], right, left
    return _compared_with(left, ((comparison, right),), known, holds=holds)


def _compared_with(
    node: Tree, comparisons: tuple[tuple[str, Tree], ...], known: Known, *, holds: bool
) -> Known | None:
    """Narrow by comparisons of one thing that all hold, or of which one does not."""
    found: list[Known | None] = []
    for comparison, other in comparisons:
        wanted = comparison if holds else _CONTRARY[comparison]
        after = _by_constant(node, wanted, other, known, holds=holds)
        if holds and after is None:
            return None
        known = after if holds and after is not None else known
        found.append(after)
    return known if holds else _either(found, known)


def _by_constant(node: Tree, comparison: str, other: Tree, known: Known, *, holds: bool) -> Known | None:
    if other["class"] == "CONSTANT" and other["literal"]["kind"] == _NULL:
        return None if holds else known
    constant = constant_of(other)
    if constant is None:
        return known
    if node["class"] == "COLUMN_REF":
        return _kept(node["column_names"][0], known, comparison, constant)
    written = constant_of(node)
    if written is None or written[0] != constant[0]:
        return known
    itself = of_values(written[0], frozenset({written[1]}))
    return None if itself.where(comparison, constant[1]).is_empty else known


def _kept(name: str, known: Known, comparison: str, constant: tuple[str, Constant]) -> Known | None:
    """Narrow what is known of a column; of one that nothing is known of, that it is as the condition says.

    Save where it is compared with a text: such a column may hold dates, whose order is another.
    """
    kind, value = constant
    domain = known.get(name, None if kind == "text" else Domain(kind, nullable=True))
    if domain is None or domain.kind != kind:
        return known
    narrowed = domain.where(comparison, value)
    return None if narrowed.is_empty else {**known, name: narrowed}
