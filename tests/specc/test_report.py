"""`specc report`: one file that asks nobody for anything, whatever the specs call things."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from specc.published import published_run
from specc.report.html import Html, data, tag
from specc.report.imputations import _block
from specc.report.page import page
from specc.report.plots import quantile_plot, signed_log
from specc.report.warnings import _predictors
from specc.report.weights import drawn

if TYPE_CHECKING:
    from cli_desk import Desk

PARTS = ("summary", "warnings", "pipeline", "variables", "imputation", "facts", "weights", "steps")
_VOID = {"meta", "input", "br", "link", "img", "hr"}


class _Outline(HTMLParser):
    """Collects ids and where links lead, and holds that elements are closed in the order they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids += [said["id"] or ""] if "id" in said else []
        self.links += [said["href"] or ""] if "href" in said else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [dict(attrs)["id"] or ""] if "id" in dict(attrs) else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _outline(text: str) -> _Outline:
    found = _Outline()
    found.feed(text)
    found.close()
    assert found.open == []
    return found


@pytest.fixture
def text(desk: Desk) -> str:
    """Give the page of a run."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    return page(published_run(desk.folder / "out"))


def test_the_command_writes_beside_the_run_and_not_into_it(desk: Desk) -> None:
    """What is in a run's folder is vouched for."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    shown = desk.specc("report", "out")
    assert (shown.code, (desk.folder / "out.html").is_file()) == (0, True)
    assert "out.html" in shown.out
    assert desk.specc("verify", "out").code == 0
    assert desk.specc("report", "out", "--out", "pages/mine.html").code == 0
    assert (desk.folder / "pages/mine.html").read_bytes() == (desk.folder / "out.html").read_bytes()


def test_every_part_is_there_and_every_link_leads_somewhere(text: str) -> None:
    """Ids are unique; boxes of the drawing lead to the lines of their steps."""
    outline = _outline(text)
    assert set(PARTS) <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    assert {f"#step-{node}" for node in ("file.people", "calibrate.by_age")} <= set(outline.links)
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)


def test_the_page_needs_no_network(text: str) -> None:
    """Nothing is named that could be fetched, and the page itself forbids it."""
    assert "default-src 'none'" in html.unescape(text)
    assert re.findall(r"https?://", text) == []
    assert re.findall(r"<(?:link|img|iframe|script src)", text) == []


def test_names_are_text_whatever_is_in_them(desk: Desk) -> None:
    """A source may be called like markup; in the data of the script too."""
    desk.edit("bundle.yaml", '"Nobody, made up for a test"', '"</script><img src=x onerror=alert(1)>"')
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    shown = page(published_run(desk.folder / "out"))
    assert "<img" not in shown
    assert "&lt;img src=x" in shown
    assert tag("p", "<b>", title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;</p>'
    assert tag("p", Html("<b></b>")) == "<p><b></b></p>"
    assert "</script>" not in data("x", {"a": "</script><!--"}).removesuffix("</script>")


def test_the_page_says_what_the_report_says(text: str, desk: Desk) -> None:
    """Key figures, totals with their verdict, warnings, every fact and every variable."""
    report = desk.json("out/report.json")
    assert f"{report['calibration']['by_age']['weights']['effective_sample_size']:,.0f}" in text
    assert "far_off is $421.4 m, more than 10 % off its benchmark of $1" in text
    match = re.search(r'id="facts-data">(.*?)</script>', text)
    assert match
    rows = json.loads(match[1])["rows"]
    ledger = pl.read_parquet(desk.folder / "out/facts.parquet")
    assert [row[1] for row in rows] == ledger["name"].to_list()
    assert [row[7] for row in rows] == ledger["error"].to_list()


def test_two_reports_of_one_run_are_equal(text: str, desk: Desk) -> None:
    """Nothing of the page depends on when it was made."""
    assert page(published_run(desk.folder / "out")) == text


def test_what_no_run_published_has_no_report(desk: Desk) -> None:
    """A folder is no run."""
    assert desk.specc("report", "tiny").code == 3


def test_plots_hold_extremes() -> None:
    """Debts, zeros, billions; weights that are all equal, or next to nothing."""
    assert signed_log(-999.0) == -signed_log(999.0)
    shown = quantile_plot(["p50"], [0.0], [0.0], "nothing")
    assert "nan" not in shown
    for found in (np.ones(5), np.array([1e-194, 1.0, 1e9]), np.zeros(3)):
        assert "nan" not in drawn(found, np.zeros(len(found), dtype=bool))


def test_categories_are_shown_beside_numbers() -> None:
    """Numbers have quantiles, text has the share of each category; a name of a survey is shown as it is."""
    sides = {"rows": 4, "mean": 2.0, "zeroShare": 0.5, "negativeShare": 0.0, "quantiles": {"p50": 1.0}}
    shares = {"rows": 4, "shares": {"own <b>": 0.25, "rent": 0.75}}
    tenure: dict[str, object] = {"tenure": {"donors": shares, "recipients": {"rows": 0}}}
    said: dict[str, object] = {"donors": 4, "recipients": 4}
    only_text = str(_block("impute.home", said | {"quality": tenure}))
    assert _outline(only_text).open == []
    assert "own &lt;b&gt;" in only_text
    assert "75.0 %" in only_text
    assert "<svg" in only_text
    assert "quantiles of donors" not in only_text
    both = tenure | {"rent": {"donors": sides, "recipients": sides}}
    assert "rent: quantiles of donors" in str(_block("impute.home", said | {"quality": both}))


def _compared() -> dict[str, object]:
    """Return donors beside recipients of a number, of a text, and of a number that nobody has."""
    side = {"rows": 4, "mean": 2.0, "zeroShare": 0.5, "missingShare": 0.0}
    text = {"rows": 4, "shares": {"own <b>": 0.25, "rent": 0.75}, "missingShare": 0.1}
    other = {"rows": 4, "shares": {"rent": 1.0}, "missingShare": 0.0}
    nobody = {"rows": 0, "missingShare": None}
    return {
        "age": {"donors": side, "recipients": side | {"mean": 2000.0}, "standardisedDifference": 3.25},
        "tenure": {
            "donors": text, "recipients": other, "standardisedDifference": -0.82, "mostApart": "own <b>",
        },
        "pay": {"donors": side, "recipients": nobody, "standardisedDifference": None},
    }  # fmt: skip


def test_predictors_of_donors_and_recipients_are_shown() -> None:
    """Of text the category that is farthest, which one side may lack; of nobody there is nothing."""
    said = {"donors": 4, "recipients": 4, "quality": {}, "predictors": _compared()}
    shown = str(_block("impute.home", said))
    assert _outline(shown).open == []
    assert "tenure = own &lt;b&gt;" in shown
    assert "+3.25" in shown
    assert "-0.82" in shown


def test_predictors_that_are_far_apart_are_warned_of() -> None:
    """Such as thousands for units; what is less apart, or has no number, is not."""
    node = SimpleNamespace(address="impute.home")
    run: Any = SimpleNamespace(plan=SimpleNamespace(nodes=[node]), said=lambda _: {"predictors": _compared()})
    (found,) = _predictors(run)
    assert found[0] == "impute.home"
    assert "`age` of recipients is 3.2 standard deviations from that of donors" in found[1]
