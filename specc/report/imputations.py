"""Imputation quality: what donors have beside what recipients got, and how often donors were used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.render.columns import count, percent
from specc.report.choice import choice
from specc.report.html import Html, section, table, tag
from specc.report.plots import bars, quantile_plot, share_bar

if TYPE_CHECKING:
    from specc.published import Published

Json = dict[str, Any]


def imputations(run: Published) -> Html:
    """Return a block for each imputation of the plan."""
    nodes = [node.address for node in run.plan.nodes if node.operation == "impute"]
    blocks = [_block(address, run.said(address)) for address in nodes]
    intro = (
        "Donors are weighted as the model was, recipients count once each. A dot is a quantile (1 % to 99 %) "
        "of donors against recipients, on a logarithmic scale; on the line both are equal."
    )
    said = tag("p", intro) if blocks else tag("p", "The plan imputes nothing.")
    return section("imputation", "Imputation", said, *blocks)


def _block(address: str, said: Json) -> Html:
    title = tag("h3", address)
    if "quality" not in said:
        return tag("article", title, tag("p", "An older specc built it and recorded no quality."))
    people = f"{count(said['donors'], 'donor')}, {count(said['recipients'], 'recipient')}"
    text = {name: sides for name, sides in said["quality"].items() if "shares" in sides["donors"]}
    numbers = {name: sides for name, sides in said["quality"].items() if name not in text}
    plots = [_plot(name, sides) for name, sides in numbers.items()]
    parts = [title, tag("p", people), *(choice(address, said["auto"]) if "auto" in said else [])]
    parts += [_shares(address, numbers), tag("div", *plots, class_="plots")] if numbers else []
    parts += [_categories(address, text)] if text else []
    parts += [_predictors(address, said["predictors"])] if "predictors" in said else []
    parts += (
        [_missing(address, said["missing"]["completed"])] if "completed" in said.get("missing", {}) else []
    )
    return tag("article", *parts, *_use(said.get("donor_use")))


# Two columns of one name are told apart by a space that nobody sees.
_FIGURES = (
    "mean of donors",
    "recipients",
    "zero in donors",
    "recipients ",
    "negative in donors",
    "recipients  ",
)


def _shares(address: str, quality: Json) -> Html:
    head = ("target", *_FIGURES[:4], "", *_FIGURES[4:])
    rows = [_row(name, sides["donors"], sides["recipients"]) for name, sides in quality.items()]
    return table(head, rows, figures=_FIGURES, caption=f"{address}: donors beside recipients")


def _categories(address: str, quality: Json) -> Html:
    """Return how often each category of a text is found."""
    head = ("target", "category", "share in donors", "recipients", "")
    rows = [
        [name, category, *_pairs(sides, category), share_bar(*_found(sides, category))]
        for name, sides in quality.items()
        for category in sides["donors"]["shares"]
    ]
    return table(head, rows, figures=head[2:4], caption=f"{address}: categories of donors and recipients")


def _predictors(address: str, compared: Json) -> Html:
    """Return how far predictors of recipients stand from those of donors; of text, the category farthest."""
    head = ("predictor", "mean or share in donors", "recipients", "missing in donors", "recipients ", "apart")
    rows = [_apart(name, sides) for name, sides in compared.items()]
    caption = f"{address}: predictors of donors and recipients; apart in standard deviations"
    return table(head, rows, figures=head[1:], caption=caption)


def _apart(name: str, sides: Json) -> list[object]:
    category = sides.get("mostApart")
    said = [sides["donors"], sides["recipients"]]
    if category is None:
        middles = [_pair(side, "mean", "{:,.4g}".format) for side in said]
    else:
        middles = [_pair({category: side["shares"].get(category, 0.0)}, category, percent) for side in said]
    missing = [_pair(side, "missingShare", percent) for side in said]
    called = name if category is None else f"{name} = {category}"
    return [called, *middles, *missing, _pair(sides, "standardisedDifference", "{:+.2f}".format)]


def _missing(address: str, completed: Json) -> Html:
    """Return what it means for means that donors lack a target: those who have it, all, and a scenario."""
    head = (
        "target",
        "donors without it",
        "share",
        "mean of those with it",
        "of all",
        "of all, if",
        "those without have",
    )
    rows = [
        [
            name, f"{said['missing']:,}", _pair(said, "missing_share", percent),
            *(_pair(said[side], "mean", "{:,.4g}".format) for side in ("complete", "imputed")),
            _pair(said.get("delta", {}), "mean", "{:,.4g}".format),
            f"{said['delta']['by']:+.0%}" if "delta" in said else "-",
        ]
        for name, said in completed.items()
    ]  # fmt: skip
    caption = f"{address}: targets that donors lacked, drawn before the block"
    return table(head, rows, figures=head[1:], caption=caption)


def _pairs(sides: Json, category: str) -> list[tuple[str, float | None]]:
    return [_pair(sides[side].get("shares", {}), category, percent) for side in ("donors", "recipients")]


def _found(sides: Json, category: str) -> tuple[float, float]:
    recipients: float = sides["recipients"].get("shares", {}).get(category, 0)
    return recipients, sides["donors"]["shares"][category]


def _row(name: str, donors: Json, recipients: Json) -> list[object]:
    sides = (donors, recipients)
    means = [_pair(side, "mean", "{:,.4g}".format) for side in sides]
    zeros = [_pair(side, "zeroShare", percent) for side in sides]
    below = [_pair(side, "negativeShare", percent) for side in sides]
    return [name, *means, *zeros, share_bar(recipients.get("zeroShare", 0), donors.get("zeroShare")), *below]


def _pair(side: Json, name: str, spelled: Any) -> tuple[str, float | None]:  # noqa: ANN401 - a way to write a number
    value = side.get(name)
    return ("-", None) if value is None else (spelled(value), value)


def _plot(name: str, sides: Json) -> Html:
    donors, recipients = (sides[side].get("quantiles", {}) for side in ("donors", "recipients"))
    levels = sorted({*donors} & {*recipients})
    first, second = ([quantiles[level] for level in levels] for quantiles in (donors, recipients))
    drawn = quantile_plot(levels, first, second, f"{name}: quantiles of donors and recipients")
    return tag("figure", drawn, tag("figcaption", name))


def _use(use: Json | None) -> list[Html]:
    if use is None:
        return [tag("p", "The model gives values that no single donor has: there is no donor use to tell.")]
    groups: list[tuple[str, list[float]]] = []
    low = 0
    for bound, number in use["byUses"]:
        label = f"> {low}" if bound is None else str(bound) if bound == low + 1 else f"{low + 1} to {bound}"
        groups.append((label, [float(number)]))
        low = bound or low
    said = (
        f"{use['used']:,} of {use['available']:,} donors were used, the busiest {use['most']:,} times; "
        f"that is as much as {use['effective']:,.0f} donors used equally often."
    )
    title = "Donors by number of uses"
    return [tag("p", said), tag("figure", bars(groups, ["donors"], title), tag("figcaption", title))]
