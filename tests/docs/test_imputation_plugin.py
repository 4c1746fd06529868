"""The method of docs/imputation.md: installed, found by name and version, and held to the suite."""

from __future__ import annotations

import re
import sys
from functools import partial
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml

from compiler.model.methods import EntryPoint
from runtime.errors import NodeFailed
from runtime.imputation import imputer
from runtime.seeds import stream
from specc.imputers.conformance import CHECKS, Subject, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = (Path(__file__).parents[2] / "docs" / "imputation.md").read_text(encoding="utf-8")
MODULE = "acme_imputers"


def block(language: str, start: str, holding: str = "") -> str:
    """Return the code block of the page that begins so, and holds something."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return next(text for text in found if text.startswith(start) and holding in text)


def install(folder: Path, name: str, version: str, code: str) -> None:
    """Put a module and what an installer writes of it into a folder, as an installer would."""
    (folder / f"{MODULE}.py").write_text(code, encoding="utf-8")
    about = folder / f"{name}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    entry = block("toml", "[project.entry-points")
    (about / "entry_points.txt").write_text(
        entry.replace('[project.entry-points."specc.imputers"]', "[specc.imputers]").replace('"', ""), "utf-8"
    )


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages, on the path for one test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop(MODULE, None)
    invalidate_caches()


@pytest.fixture
def model() -> dict[str, Any]:
    """The model of the page's block, as the plan has it."""
    written = yaml.safe_load(block("yaml", "imputations:", holding="entry_point"))
    model = written["imputations"]["detail"]["blocks"]["income"]["model"]
    return EntryPoint.model_validate(model).model_dump()


def test_the_example_is_found_by_name_and_version_and_draws(site: Path, model: dict[str, Any]) -> None:
    """With its parameters."""
    install(site, "acme", "1.2", block("python", '"""acme_imputers'))
    method = imputer(**model, targets=("a", "b"))
    assert method.donors == 60  # type: ignore[attr-defined]
    targets = np.arange(20.0).reshape(10, 2)
    fitted = method.fit(np.zeros((10, 1), np.float32), targets, np.ones(10), stream(0, "f"))
    drawn = fitted.sample(np.zeros((5, 1), np.float32), stream(0, "d"), 2)
    assert drawn.values.shape == (2, 5, 2)


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
def test_the_example_keeps_what_imputers_promise(site: Path, check: Callable[[Subject], None]) -> None:
    """As the page's own test does, in another process too."""
    install(site, "acme", "1.2", block("python", '"""acme_imputers'))
    test = block("python", "from functools import partial")
    assert "from specc.imputers.conformance import CHECKS, Subject, name_of" in test
    assert "check(Subject(partial(NearInFirst, donors=60)))" in test
    check(Subject(partial(import_module(MODULE).NearInFirst, donors=60)))


def test_another_version_is_refused_before_anything_of_it_is_imported(
    site: Path, model: dict[str, Any]
) -> None:
    """The message has both versions and the package."""
    install(site, "acme", "1.3", "raise SystemExit('imported')")
    with pytest.raises(NodeFailed, match=r"comes from acme 1\.3, the plan wants 1\.2") as caught:
        imputer(**model)
    assert caught.value.remedy == ("install version 1.2 of acme, or write the installed one under `version:`")


def test_a_method_that_nobody_offers_is_refused(model: dict[str, Any]) -> None:
    """The message says what is offered, and the remedy what to install."""
    with pytest.raises(NodeFailed, match=r"no installed package offers the imputer acme_near") as caught:
        imputer(**model)
    assert caught.value.remedy == "install the package that offers it, in version 1.2"


def test_a_name_that_two_packages_offer_is_refused(site: Path, model: dict[str, Any]) -> None:
    """Which of the two was meant cannot be known."""
    for name in ("acme", "apex"):
        install(site, name, "1.2", block("python", '"""acme_imputers'))
    with pytest.raises(NodeFailed, match=r"2 packages offer .*: acme 1\.2, apex 1\.2"):
        imputer(**model)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nothing_of_that_name\n", "cannot be loaded from acme_imputers:NearInFirst"),
        ("class Other:\n    pass\n", "cannot be loaded from acme_imputers:NearInFirst"),
        ("class NearInFirst:\n    pass\n", "does not take its parameters"),
        (
            "class NearInFirst:\n    def __init__(self, donors): pass\n",
            "is no imputer: NearInFirst has no method `fit`",
        ),
        (
            "class NearInFirst:\n    def __init__(self, donors): pass\n    def fit(self): pass\n",
            "is no imputer: NearInFirst has no `capabilities`",
        ),
    ],
)
def test_what_is_no_method_is_refused(site: Path, model: dict[str, Any], code: str, said: str) -> None:
    """The message names the method and what is wrong with it."""
    install(site, "acme", "1.2", code)
    with pytest.raises(NodeFailed, match=re.escape(said)):
        imputer(**model)
