"""How a method was chosen for a block (`kind: auto`): candidates, their scores by fold, and who was out."""

from __future__ import annotations

from typing import Any

from specc.render.columns import count
from specc.report.html import Html, table, tag

Json = dict[str, Any]


def choice(address: str, said: Json) -> list[Html]:
    """Return what the manifest has under `auto`."""
    number = said["folds"]
    folds = [f"fold {at + 1}" for at in range(number)]
    head = ("candidate", "", f"mean {said['metric']}", *folds)
    rows = [_row(said, at, number) for at in range(len(said["candidates"]))]
    caption = f"{address}: how the method was chosen"
    return [_reason(said), table(head, rows, figures=head[2:], caption=caption), *_failures(said)]


def _reason(said: Json) -> Html:
    chosen = said["candidates"][said["chosen"]]
    words = "greatest" if said["moreIsBetter"] else "least"
    donors = f"{count(said['donors'], 'donor')} in {count(said['units'], 'unit')}, {said['folds']} folds"
    reason = (
        f" was chosen of {count(len(said['candidates']), 'candidate')}: it has the {words} mean "
        f"{said['metric']}, {chosen['mean']:,.4g}, on {donors} of them; who was held out was drawn "
        f"{said['draws']} times."
    )
    others = [named(said["candidates"][at]["model"]) for at in said["tied"]]
    tied = f" As good, but named later: {'; '.join(others)}." if others else ""
    return tag("p", tag("strong", named(chosen["model"])), reason, tied)


def _row(said: Json, at: int, folds: int) -> list[object]:
    candidate = said["candidates"][at]
    scores = [*candidate["scores"], *[None] * (folds - len(candidate["scores"]))]
    if candidate.get("failed"):
        state = "out"
    else:
        state = "chosen" if at == said["chosen"] else "as good" if at in said["tied"] else ""
    return [named(candidate["model"]), state, _score(candidate.get("mean")), *map(_score, scores)]


def _score(value: float | None) -> tuple[str, float | None]:
    return ("-", None) if value is None else (f"{value:,.4g}", value)


def _failures(said: Json) -> list[Html]:
    """Return why candidates are out, one a line."""
    lines = [
        tag("li", f"{named(each['model'])} is out, in fold {failed['fold']}: {failed['message']}")
        for each in said["candidates"]
        if (failed := each.get("failed"))
    ]
    return [tag("ul", *lines)] if lines else []


def named(model: Json) -> str:
    """Return a model in words: its kind, and its parameters, which tell candidates of one kind apart."""
    told = [f"{name} {value}" for name, value in model.items() if name != "kind" and value is not None]
    return f"{model['kind']} ({', '.join(told)})" if told else str(model["kind"])
