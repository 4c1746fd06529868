"""The page in a real browser: it loads without a word, and does by keyboard what it does by mouse."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli_desk import Desk
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FACTS = 5000

# On many machines there is no browser, and none that a package registry of Python has.
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a headless browser."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def report(desk: Desk) -> Path:
    """Give the report of a run whose calibration has thousands of facts."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    path = desk.folder / "out/facts.parquet"
    some = pl.read_parquet(path)
    many = pl.concat([some] * (FACTS // some.height)).with_row_index("row")
    named = many.with_columns(
        pl.format("{} no. {}", "name", "row").alias("name"), error=pl.col("row") / 1000 - 2
    )
    named.drop("row").write_parquet(path)
    assert desk.specc("report", "out").code == 0
    return desk.folder / "out.html"


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    """Give the open page; a word in the console, an error or a request of it fails the test."""
    opened, said = browser.new_page(viewport={"width": 1300, "height": 900}), list[str]()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: said.append(request.url) if request.url[:5] != "file:" else None)
    opened.goto(report.as_uri())
    yield opened
    opened.close()
    assert said == []


def _facts(page: Page) -> list[str]:
    cells = page.locator("#facts-table tbody tr:not([aria-hidden]) td:nth-child(2)")
    return [str(text) for text in cells.all_inner_texts()]


def _errors(page: Page) -> list[float]:
    cells = page.locator("#facts-table tbody tr:not([aria-hidden]) td:nth-child(8)").all_inner_texts()
    return [abs(float(cell.replace(",", "").removesuffix(" %"))) for cell in cells]


def test_facts_are_sorted_by_the_size_of_their_error(page: Page) -> None:
    """First the worst, then the best; the column says which."""
    button = page.locator("#facts-table").get_by_role("button", name="error", exact=True)
    button.click()
    worst = _errors(page)
    assert worst == sorted(worst, reverse=True)
    assert worst[0] == 299.9
    assert button.locator("..").get_attribute("aria-sort") == "descending"
    button.click()
    best = _errors(page)
    assert best == sorted(best)
    assert best[0] == 0.0


def test_facts_are_filtered_by_words_and_by_use(page: Page) -> None:
    """All words must be there; a box that is cleared takes its facts away; the count is told."""
    page.get_by_label("Filter facts").fill("[30 no. 41")
    assert all("[30, 50)" in name and "41" in name for name in _facts(page))
    page.get_by_label("Filter facts").fill("no. 4999")
    assert page.locator("#facts-count").inner_text() == "1 of 5,000"
    page.get_by_label("Filter facts").fill("")
    page.get_by_role("checkbox", name="trained").uncheck()
    page.get_by_role("checkbox", name="few carriers").uncheck()
    assert page.locator("#facts-count").inner_text() == "0 of 5,000"


def test_of_thousands_of_facts_only_those_in_sight_are_elements(page: Page) -> None:
    """After filtering and back, too; scrolling to the end shows the end."""
    page.get_by_label("Filter facts").fill("no. 4")
    page.get_by_label("Filter facts").fill("")
    assert len(_facts(page)) < 200
    page.locator("#facts-table").evaluate("place => { place.scrollTop = place.scrollHeight; }")
    expect(page.locator("#facts-table")).to_contain_text("no. 4999")
    assert page.locator("#facts-table table").get_attribute("aria-rowcount") == "5001"


def test_a_variables_life_opens_by_keyboard(page: Page) -> None:
    """`/` leads to the filter, a press of Enter on the name opens and closes its life."""
    page.locator("#variables").scroll_into_view_if_needed()
    page.locator("h2", has_text="Variables").evaluate("title => title.scrollIntoView()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "variables-filter"
    page.keyboard.type("employment")
    assert page.locator("#variables-count").inner_text() == "1 of 3"
    button = page.get_by_role("button", name="employment_income_before_lsr")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    steps = page.locator("tr.life tbody td:first-child").all_inner_texts()
    assert steps == ["source.people", "uprate.to_2023", "export.tables"]
    page.keyboard.press("Enter")
    assert page.locator("tr.life").count() == 0


def test_the_keyboard_skips_to_the_report_and_follows_a_box_to_its_step(page: Page) -> None:
    """The first stop is the link past the head; a box of the drawing is a link like others."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    box = page.locator('svg.graph a[href="#step-uprate.to_2023"]')
    box.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#step-uprate.to_2023"
    assert page.locator("[id='step-uprate.to_2023']").is_visible()


def test_light_and_dark_follow_the_system_and_the_button(browser: Browser, report: Path) -> None:
    """Text stands out in both: the contrast is at least 7 to 1."""
    seen = set()
    for scheme in ("light", "dark"):
        opened = browser.new_page(color_scheme=scheme)
        opened.goto(report.as_uri())
        before = _colours(opened)
        opened.get_by_role("button", name="Light or dark").click()
        assert _colours(opened) != before
        assert _contrast(*before) > 7
        seen.add(before)
        opened.close()
    assert len(seen) == 2


def _colours(page: Page) -> tuple[str, str]:
    style = "getComputedStyle(document.body)"
    return page.evaluate(f"{style}.color"), page.evaluate(f"{style}.backgroundColor")


def _contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.2 of two colours, `rgb(r, g, b)` each."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
