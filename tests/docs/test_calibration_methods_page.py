"""The methods of docs/calibration.md: its YAML compiles, its own method is found and held to the suite."""

from __future__ import annotations

import re
import sys
from functools import partial
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml
from pydantic import TypeAdapter

from compiler.model.calibrators import Calibrator
from compiler.model.finish import Calibration
from runtime.calibration.methods import options
from runtime.calibration.solvers import kinds
from runtime.errors import NodeFailed
from specc.calibrators.conformance import CHECKS, Subject, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8")
MODULE = "acme_calibrators"
WRITTEN: list[dict[str, Any]] = [
    yaml.safe_load(block)["calibrations"]["national"]
    for block in re.findall(r"```yaml\n(calibrations:.*?)```", PAGE, re.DOTALL)
]


def test_every_method_has_a_section_and_a_recipe() -> None:
    """And the recipes are what the language takes."""
    for written in WRITTEN:
        Calibration.model_validate(written)
    assert [written["method"]["kind"] for written in WRITTEN] == list(kinds())


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "entry_point"])
def test_the_runtime_takes_what_the_page_writes(kind: str) -> None:
    """Settings and limits, as a plan would carry them."""
    written = next(each["method"] for each in WRITTEN if each["method"]["kind"] == kind)
    parameters = TypeAdapter(Calibrator).validate_python(written).model_dump(exclude_none=True)
    assert options(parameters).solver.memory(10, 10, 10) > 0
    assert len(get_args(get_args(Calibrator)[0])) == len(kinds())


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the page's package in version 1.2, on the path for one test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    code = next(each for each in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if MODULE in each)
    (tmp_path / f"{MODULE}.py").write_text(code, encoding="utf-8")
    about = tmp_path / "acme-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.2\n", "utf-8")
    (about / "entry_points.txt").write_text(f"[specc.calibrators]\nacme_ratio = {MODULE}:Ratio\n", "utf-8")
    yield tmp_path
    sys.modules.pop(MODULE, None)
    invalidate_caches()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("check", CHECKS, ids=name_of)
def test_the_method_of_the_page_keeps_what_methods_promise(check: Callable[[Subject], None]) -> None:
    """As the page's own test does."""
    check(Subject(partial(import_module(MODULE).Ratio, rounds=300)))


@pytest.mark.usefixtures("site")
def test_a_recipe_finds_it_by_name_and_version() -> None:
    """With its parameters; another version is refused before anything is imported."""
    method = WRITTEN[-1]["method"]
    assert options(method).solver.rounds == 40  # type: ignore[attr-defined]
    with pytest.raises(NodeFailed, match=r"the solver acme_ratio comes from acme 1\.2, the plan wants 1\.3"):
        options({**method, "version": "1.3"})
    with pytest.raises(NodeFailed, match=r"does not take its parameters"):
        options({**method, "parameters": {"laps": 3}})
