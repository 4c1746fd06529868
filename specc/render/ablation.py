"""What each clone is worth, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import count, indented, percent, table
from specc.render.staged import ACTIVATION, band_rows
from specc.samples import sample_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specc.results import Json

VARIANTS = (
    "variant", "households", "with weight", "effective sample", "trained facts", "within 1 %", "within 5 %",
    "too few carriers",
)  # fmt: skip
CLONES = ("variant", "flag", "households", "active", "share of the weight")
LINES = (
    "scored", "family", "facts", "whole", "variant", "refitted whole", "refitted variant", "difference",
    "95 % from", "to", "nearer",
)  # fmt: skip
FACTS = ("fact", "scored", "whole", "variant", "difference", "nearer")
_SAID = {"holdout": "held out", "audit": "audit", "few carriers": "too few carriers"}
_DECIDED = {"whole": "helped", "variant": "harmed", "undecided": "undecided"}
_NAMED = 5
_Table = tuple["Sequence[str]", list[list[str]], "Sequence[str]"]


def ablation_text(found: Json) -> str:
    """Return the variants, and for each clone by family who is nearer to what neither was refitted to."""
    lines = [_about(found), ""]
    for title, parts in _tables(found):
        lines += [title, *indented(table(*parts)), ""]
    return "\n".join([*lines, *("\n  ".join(_verdict(each)) for each in found["comparisons"])])


def ablation_markdown(found: Json) -> str:
    """Return the same for a page or the comment of a pull request."""
    lines = [_about(found), "", *(f"- {'; '.join(_verdict(each))}" for each in found["comparisons"]), ""]
    for title, (head, rows, _) in _tables(found):
        cells = [head, ("---",) * len(head), *rows]
        lines += [f"**{title}**", "", *("| " + " | ".join(row) + " |" for row in cells), ""]
    return "\n".join(lines).rstrip()


def _about(found: Json) -> str:
    return (
        f"{found['bundle']} for {found['period']}, {sample_text(found['sample'])}, calibration"
        f" {found['calibration']}: {count(found['seeds'], 'sample')} of {found['records']:,} households of"
        " each variant, refitted to the facts that both are trained on; mean absolute relative errors,"
        " each at most 100 %"
    )


def _tables(found: Json) -> list[tuple[str, _Table]]:
    """Return every table with its title, head, rows and what stands at the right."""
    variants = found["variants"]
    tables: list[tuple[str, _Table]] = [
        ("variants, as calibrated", (VARIANTS, [_variant(each) for each in variants], VARIANTS[1:])),
    ]
    halves = [row for each in variants for row in _halves(each)]
    if halves:
        tables.append(("clones, as calibrated", (CLONES, halves, CLONES[2:])))
    for flag, bands in variants[0]["activation"].items():
        tables.append(
            (f"{flag} of the whole recipe, band by band", (ACTIVATION, band_rows(bands), ACTIVATION))
        )
    for each in found["comparisons"]:
        tables += _compared(each)
    return tables


def _variant(each: Json) -> list[str]:
    trained = each["fit"].get("train", {})
    return [
        each["variant"], f"{each['households']:,}", f"{each['with_weight']:,}",
        f"{each['effective_sample_size']:,.0f}", f"{each['facts']['train']:,}",
        percent(trained.get("within_1")), percent(trained.get("within_5")),
        f"{each['few_carriers']:,}",
    ]  # fmt: skip


def _halves(each: Json) -> list[list[str]]:
    return [
        [each["variant"], flag, f"{half['households']:,}", f"{half['active_households']:,}",
         percent(half["weight_share"])]
        for flag, half in each["halves"].items()
    ]  # fmt: skip


def _compared(each: Json) -> list[tuple[str, _Table]]:
    name = _name(each)
    rows = [_line(line, name) for line in each["lines"]]
    tables: list[tuple[str, _Table]] = [(f"whole beside {name}", (LINES, rows, LINES[2:10]))]
    worse = [fact for fact in each["facts"] if fact["difference"] > 0][:_NAMED]
    better = [fact for fact in reversed(each["facts"]) if fact["difference"] < 0][:_NAMED]
    for title, facts in (
        (f"facts that {name} meets better", worse),
        ("facts that the whole meets better", better),
    ):
        if facts:
            tables.append(
                (f"{title}, most first", (FACTS, [_fact(fact, name) for fact in facts], FACTS[2:5]))
            )
    return tables


def _name(each: Json) -> str:
    return "without " + " and ".join(clone.partition(".")[2] for clone in each["without"])


def _line(line: Json, name: str) -> list[str]:
    shares = [percent(share, 2) for share in (*line["published"], *line["refitted"])]
    ends = [percent(end, 2, signed=True) for end in line["interval"] or (None, None)]
    return [
        _SAID[line["scored"]], line["family"], f"{line['facts']:,}", *shares,
        percent(line["difference"], 2, signed=True), *ends, _nearer(line, name),
    ]  # fmt: skip


def _fact(fact: Json, name: str) -> list[str]:
    errors = [percent(error) for error in fact["refitted"]]
    difference = percent(fact["difference"], signed=True)
    return [fact["fact"], _SAID[fact["scored"]], *errors, difference, _nearer(fact, name)]


def _nearer(line: Json, name: str) -> str:
    return "undecided" if line["winner"] is None else "whole" if line["winner"] != name else "variant"


def _verdict(each: Json) -> list[str]:
    """Return what is to be said of a clone: does it help with each kind of fact, and how many families."""
    name, carried = _name(each), each["carried"]
    whole = [line for line in each["lines"] if line["family"] == "all"]
    kinds = [f"{_SAID[line['scored']]}: {_said(line, name)}" for line in whole]
    families = [_nearer(line, name) for line in each["lines"] if line["family"] != "all"]
    facts = [_nearer(fact, name) for fact in each["facts"]]
    told = [f"{said}: {_counts(found)}" for said, found in (("families", families), ("facts", facts))]
    only = (
        f"facts that {carried['minimum']} records or more carry: {carried['both']:,} in both,"
        f" {carried['whole_only']:,} in the whole alone, {carried['variant_only']:,} {name} alone,"
        f" {carried['neither']:,} in neither"
    )
    return [f"{name.removeprefix('without ')} is worth this", *kinds, *told, only]


def _counts(found: list[str]) -> str:
    return ", ".join(f"{found.count(by):,} {words}" for by, words in _DECIDED.items())


def _said(line: Json, name: str) -> str:
    moved = percent(line["difference"], 2, signed=True)
    words = {"whole": "it helps", "variant": "it harms", "undecided": "undecided"}
    return f"{words[_nearer(line, name)]} ({moved})"
