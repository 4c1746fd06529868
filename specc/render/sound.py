"""A sound comparison as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.wording import listed
from specc.render.columns import count, indented, percent, table

if TYPE_CHECKING:
    from specc.results import Json

HEAD = (
    "held out",
    "facts",
    "run",
    "dataset",
    "refitted run",
    "refitted dataset",
    "difference",
    "95 % from",
    "to",
    "nearer",
)
_NAMED = 12


def sound_text(found: Json) -> str:
    """Return who is nearer to what nobody was trained on, family by family, and what cannot be compared."""
    lines = [_about(found), *indented(table(HEAD, _rows(found), HEAD[1:9])), "", _verdict(found)]
    return "\n".join([*lines, *_left_out(found)])


def sound_markdown(found: Json) -> str:
    """Return the same for the comment of a pull request."""
    rows = [HEAD, ("---",) * len(HEAD), *_rows(found)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([f"**{_verdict(found)}**", "", *lines, "", _about(found), *_left_out(found)])


def _about(found: Json) -> str:
    records, samples = found["records"], count(found["seeds"], "sample")
    return (
        f"{found['run']} ({records['run']:,} households with weight) and {found['dataset']}"
        f" ({records['dataset']:,}): {samples} of {records['compared']:,} households of each, refitted to"
        f" {found['trained']['fewest']:,} facts; mean absolute relative errors, each at most 100 %"
    )


def _rows(found: Json) -> list[list[str]]:
    return [_row(line) for line in found["families"]]


def _row(line: Json) -> list[str]:
    shares = [percent(share, 2) for share in (*line["published"], *line["refitted"])]
    ends = [percent(end, 2, signed=True) for end in line["interval"] or (None, None)]
    difference = percent(line["difference"], 2, signed=True)
    return [line["family"], f"{line['facts']:,}", *shares, difference, *ends, line["winner"] or "undecided"]


def _verdict(found: Json) -> str:
    last = found["families"][-1]
    won = [line["winner"] for line in found["families"][:-1]]
    nearer = "neither is nearer to" if last["winner"] is None else f"the {last['winner']} is nearer to"
    families = f"{won.count('run')} families to the run, {won.count('dataset')} to the dataset"
    return f"{nearer} what was held out ({families}, {won.count(None)} undecided)"


def _left_out(found: Json) -> list[str]:
    said = [_lacking(each) for each in found["not_compared"]]
    more = [f"  and {len(said) - _NAMED} families more"] if len(said) > _NAMED else []
    return ["", "not compared:", *said[:_NAMED], *more] if said else []


def _lacking(each: Json) -> str:
    names = listed([f"`{name}`" for name in each["lacks"]])
    return f"  {each['family']} ({count(each['facts'], 'fact')}): the dataset has no {names}"
