"""The rows and sentences of a comparison of two runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from specc.render.columns import amount, count, percent
from specc.render.numbers import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specc.comparison.change import Comparison, Fact, Said, Variable

_SHARES = ("within", "error", "tiny share")
_ESS = "effective sample size"
_NAMED, _FILES = 3, 8


def summary(found: Comparison) -> str:
    """Return what matters, a line each; one line where both published the same."""
    if found.same:
        other = f", with other {', '.join(said.what for said in found.about)}" if found.about else ""
        return f"{found.now} and {found.then} published the same{other}"
    lines = [
        _variables(found),
        _facts(found),
        *(
            f"{said.what} {_value(said, said.then)} -> {_value(said, said.now)}"
            for said in found.weights
            if _ESS in said.what
        ),
        _verdicts(found.totals),
        f"{count(len(found.schema), 'column')} of the published tables differ" if found.schema else "",
        _files(found.files),
    ]
    return "\n".join([f"{found.now} against {found.then}", *(f"  {line}" for line in lines if line)])


def _files(files: Sequence[str]) -> str:
    named = ", ".join(files[:_FILES])
    more = f" and {len(files) - _FILES} more" if len(files) > _FILES else ""
    return f"{count(len(files), 'published file')} with other contents: {named}{more}"


def _variables(found: Comparison) -> str:
    of = found.of["variables"]
    if not found.variables:
        return f"none of {count(of, 'exported variable')} moved"
    most = ", ".join(map(_most, found.variables[:_NAMED]))
    return f"{len(found.variables)} of {count(of, 'exported variable')} moved, most: {most}"


def _most(each: Variable) -> str:
    """Return a variable with the greater of its moves."""
    if each.spread > abs(each.total):
        return f"{each.name} (spread by {change(each.spread, signed=False)})"
    return f"{each.name} {change(each.total)}"


def _facts(found: Comparison) -> str:
    trained = [said for said in found.fit if said.what.endswith("train, within 10 %")]
    fit = "".join(f"; {s.what}: {_value(s, s.then)} -> {_value(s, s.now)}" for s in trained)
    gone = sum(fact.status_now is None for fact in found.facts)
    new = sum(fact.status_then is None for fact in found.facts)
    words = [f"{gone} gone" if gone else "", f"{new} new" if new else ""]
    extra = "".join(f", {word}" for word in words if word)
    moved = len(found.facts) - gone - new
    if not found.facts:
        return f"none of {count(found.of['facts'], 'fact')} moved" if found.of["facts"] else ""
    return f"{moved} of {count(found.of['facts'], 'fact')} moved{extra}{fit}"


def _verdicts(totals: Sequence[Said]) -> str:
    worse = [s.what for s in totals if s.then and s.now and s.then["passes"] and not s.now["passes"]]
    better = [s.what for s in totals if s.then and s.now and s.now["passes"] and not s.then["passes"]]
    said = [f"{', '.join(worse)} no longer within tolerance" if worse else ""]
    said += [f"{', '.join(better)} now within tolerance" if better else ""]
    return "; ".join(each for each in said if each)


def variable_rows(variables: Sequence[Variable]) -> list[list[str]]:
    """Return a line a variable: weighted totals, quantiles of rows, missing values."""
    return [_variable(each) for each in variables]


def _variable(each: Variable) -> list[str]:
    totals = [figure(side[each.by], "") for side in (each.then, each.now)]
    spread = [_pair(each, name) for name in ("p50", "p90", "nulls")]
    return [each.name, each.entity, *totals, change(each.total), *spread, change(each.spread, signed=False)]


def _pair(each: Variable, name: str) -> str:
    then, now = (figure(side[name], "") for side in (each.then, each.now))
    return then if then == now else f"{then} -> {now}"


def change(share: float, *, signed: bool = True) -> str:
    """Return a relative change; of nothing that became something there is none."""
    if math.isinf(share):
        return "from nothing" if signed else "-"
    if share and abs(share) < 0.0005:
        return "< 0.1 %"
    return percent(share, signed=signed)


def fact_rows(facts: Sequence[Fact]) -> list[list[str]]:
    """Return a line a fact: its errors, and what it is used as."""
    return [_fact(each) for each in facts]


def _fact(each: Fact) -> list[str]:
    used = [each.status_then or "-", each.status_now or "-"]
    as_what = used[0] if used[0] == used[1] else " -> ".join(used)
    moved = [percent(error, signed=True) for error in (each.error_then, each.error_now)]
    return [each.name, *moved, as_what]


def total_rows(totals: Sequence[Said]) -> list[list[str]]:
    """Return a line a total: its values, and its verdict where that changed."""
    return [[said.what, *(_total(side) for side in (said.then, said.now)), _verdict(said)] for said in totals]


def _total(side: dict[str, Any] | None) -> str:
    return (
        "-"
        if side is None
        else amount(side["value"], side["unit"])
        if side["unit"]
        else f"{side['value']:,.6g}"
    )


def _verdict(said: Said) -> str:
    words = ["-" if side is None else "pass" if side["passes"] else "FAIL" for side in (said.then, said.now)]
    return words[0] if words[0] == words[1] else " -> ".join(words)


def said_rows(said: Sequence[Said]) -> list[list[str]]:
    """Return a line a difference: what it is, then and now."""
    return [[each.what, _value(each, each.then), _value(each, each.now)] for each in said]


def _value(said: Said, value: Any) -> str:  # noqa: ANN401 - any JSON
    if value is None:
        return "-"
    if isinstance(value, float) and any(word in said.what for word in _SHARES):
        return percent(value)
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)
