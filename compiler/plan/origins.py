"""What each operation makes a column of, as expressions over the frames and files that its node reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from compiler.plan.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.plan.document import Node

Kind = Literal["IDENTITY", "TRANSFORMATION", "CONDITIONAL"]


class Said(NamedTuple):
    """An expression that a column comes from: over a frame, by its role, or over files (None)."""

    frame: str | None
    text: str
    kind: Kind


Origins = dict[str, tuple[Said, ...]]


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - parameters are any JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _said(frame: str | None, kind: Kind, *values: Any) -> tuple[Said, ...]:  # noqa: ANN401 - parameters are any JSON
    return tuple(Said(frame, text, kind) for value in values for text in _texts(value))


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _population(node: Node) -> Origins:
    """A column of the file's columns; which rows there are, of the conditions that choose them."""
    p = node.parameters
    rows = _said(None, "CONDITIONAL", p["where"], p.get("leave_out"), p["members"], p.get("split"))
    columns = {
        rule["name"]: _said(None, "TRANSFORMATION", {k: v for k, v in rule.items() if k not in _NAMES}) + rows
        for rule in p["columns"]
    }
    weight = p["weight"]
    return {**columns, weight["column"]: _said(None, "TRANSFORMATION", weight["value"]) + rows}


_NAMES = ("name", "entity", "type")


def _sample(node: Node) -> Origins:
    weight = node.parameters["weight"]
    return {weight: _said("frame", "TRANSFORMATION", _name(weight))}


def _clone(node: Node) -> Origins:
    p = node.parameters
    which = _said("frame", "CONDITIONAL", p.get("where"), [_name(flag) for flag in p.get("earlier", ())])
    weight = _said("frame", "TRANSFORMATION", _name(p["weight"]))
    internal = _said("frame", "TRANSFORMATION", _name(p["internal"])) if "earlier" in p else weight
    return {p["weight"]: weight + which, p["internal"]: internal + which}


def _uprate(node: Node) -> Origins:
    p = node.parameters
    table = _said(None, "TRANSFORMATION", p.get("long"), _name(p["year"]))
    grown = {name: _said("frame", "TRANSFORMATION", _name(name)) for name, *_ in p.get("steady", ())}
    for name, index, *_ in [*p["moves"], *p.get("losses", ()), *p.get("weights", ())]:
        own = grown.get(name, _said("frame", "TRANSFORMATION", _name(name)) + table)
        grown[name] = own + _said(None, "TRANSFORMATION", _name(str(index)))
    return grown


def _derive(node: Node) -> Origins:
    """Of what an earlier level of the same node makes, a value has the origins."""
    made: Origins = {}
    for number, level in enumerate(node.parameters["levels"]):
        found = {rule["name"]: _of_rule(rule, f"level_{number}") for rule in level}
        for name, said in found.items():
            earlier = [past for each in said for past in mentions(each.text, made)]
            found[name] = said + tuple(each for past in earlier for each in made[past])
        made |= found
    return made


def _of_rule(rule: dict[str, Any], frame: str) -> tuple[Said, ...]:
    kept = _said(frame, "IDENTITY", _name(rule["name"])) if rule["elsewhere"] == "keep" else ()
    return _said(frame, "TRANSFORMATION", rule["value"]) + _said(frame, "CONDITIONAL", rule["where"]) + kept


def _draw(node: Node) -> Origins:
    p = node.parameters
    decides = {key: value for key, value in p.items() if key not in (*_NAMES, "table")}
    table = p.get("table") or (p["rate"] if isinstance(p.get("rate"), dict) else {})
    given = [ours for ours, _ in table.get("given", ())]
    of_table = {key: value for key, value in table.items() if key not in ("given", "read")}
    theirs = [_name(theirs) for _, theirs in table.get("given", ())]
    return {
        p["name"]: (
            *_said("frame", "CONDITIONAL", decides, [_name(name) for name in given]),
            *_said(None, "TRANSFORMATION", [of_table.get("value"), of_table.get("column")]),
            *_said(None, "CONDITIONAL", of_table, theirs),
        )
    }


def _impute(node: Node) -> Origins:
    """A value is a donor's; predictors on both sides, classes and weights decide whose."""
    p = node.parameters
    both = [_name(name) for key in ("predictors", "within") for name in p.get(key) or ()]
    chosen = (p.get(key) for key in ("where", "weight", "sample", "gives"))
    donor = _said("donor", "CONDITIONAL", both, *chosen)
    recipient = _said("recipient", "CONDITIONAL", both, p["where"], p.get("receives"))
    flag = _said("recipient", "CONDITIONAL", _name(p["halves"]["flag"])) if p["halves"] else ()
    made = {
        name: (
            *_said("donor", "IDENTITY", _name(name)),
            *_said("recipient", "IDENTITY", _name(name)),
            *donor,
            *recipient,
            *flag,
        )
        for name in p["targets"]
    }
    return {**made, p["donor_column"]: (*donor, *recipient)}


def _constrain(node: Node) -> Origins:
    """A value moves by the rules that name it: the other variables in them, their bounds and conditions."""
    found: dict[str, tuple[Said, ...]] = {}
    for rule in node.parameters["rules"]:
        names = [name for name, _ in rule["terms"]]
        rest = _said("frame", "CONDITIONAL", [_name(name) for name in names], rule["bound"], rule["where"])
        for name in names:
            found[name] = (*found.get(name, _said("frame", "TRANSFORMATION", _name(name))), *rest)
    return found


def _calibrate(node: Node) -> Origins:
    p = node.parameters
    return {p["weight"]: _said("frame", "TRANSFORMATION", _name(p["weight"]), _name(p["start"]))}


ORIGINS: dict[str, Callable[[Node], Origins]] = {
    "calibrate": _calibrate,
    "clone": _clone,
    "constrain": _constrain,
    "derive": _derive,
    "draw": _draw,
    "impute": _impute,
    "population": _population,
    "sample": _sample,
    "uprate": _uprate,
}
