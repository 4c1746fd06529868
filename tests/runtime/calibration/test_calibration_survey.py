"""The worked examples of R's package `survey` (Lumley 2010, Complex Surveys; `?calibrate`), beside R."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from specc import calibrate

if TYPE_CHECKING:
    import numpy.typing as npt

SCRIPT = Path(__file__).parent / "survey_examples.R"
MEANS = {"linear_types": "642.31", "linear": "665.31", "raking": "665.39", "logit": "665.46"}
ENROLLED = {"linear_types": "3680893", "raking": "3616589"}
ASKED: dict[str, dict[str, Any]] = {
    "linear_types": {"distance": "chi_square", "bounds": (-math.inf, math.inf)},
    "linear": {"distance": "chi_square", "bounds": (-math.inf, math.inf)},
    "bounded": {"distance": "chi_square", "bounds": (0.6, 1.6)},
    "raking": {"distance": "entropy"},
    "logit": {"distance": "logit", "bounds": (0.7, 1.7)},
}


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the schools of the examples, and the weights that R gives them."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not here: install r-cran-survey to compare with it")
    folder = tmp_path_factory.mktemp("survey")
    done = subprocess.run(["Rscript", SCRIPT, folder], capture_output=True, text=True, check=False)  # noqa: S607
    if "there is no package called" in done.stderr:
        pytest.skip("R has no package `survey`: install r-cran-survey to compare with it")
    assert done.returncode == 0, done.stderr
    return pl.read_csv(folder / "schools.csv"), pl.read_csv(folder / "weights.csv")


def _calibrated(example: str, schools: pl.DataFrame) -> npt.NDArray[np.float64]:
    facts = {"all": 6194, "high": 755, "middle": 1018, "api99": 3914069}
    matrix = schools.select(
        all=pl.lit(1.0), high=pl.col("stype") == "H", middle=pl.col("stype") == "M", api99=pl.col("api99")
    )
    if example == "linear_types":
        matrix = matrix.drop("api99")
    targets = {name: facts[name] for name in matrix.columns}
    return calibrate(matrix, targets, schools["pw"], **ASKED[example]).weights


@pytest.mark.parametrize("example", list(ASKED))
def test_the_weights_are_those_of_the_survey_package(
    example: str, examples: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    """School by school."""
    schools, theirs = examples
    np.testing.assert_allclose(_calibrated(example, schools), theirs[example], rtol=1e-6)


@pytest.mark.parametrize("method", ["ipf", "dual"])
def test_raking_gives_the_weights_of_rake(method: str, examples: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """The margins of `?rake`: our raking, and the dual with the entropy distance and exact facts."""
    schools, theirs = examples
    margins = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}
    known = {
        f"{of} {each}": (of, each, count) for of, counts in margins.items() for each, count in counts.items()
    }
    matrix = schools.select((pl.col(of) == each).alias(name) for name, (of, each, _) in known.items())
    targets = {name: count for name, (*_, count) in known.items()}
    raked = calibrate(matrix, targets, schools["pw"], method=method).weights
    np.testing.assert_allclose(raked, theirs["raked"], rtol=1e-6)


@pytest.mark.parametrize(("example", "printed"), MEANS.items())
def test_means_are_those_that_are_printed(
    example: str, printed: str, examples: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    """Of `api00`, digit by digit."""
    weights = _calibrated(example, examples[0])
    assert f"{examples[0]['api00'].to_numpy() @ weights / weights.sum():.2f}" == printed


@pytest.mark.parametrize(("example", "printed"), ENROLLED.items())
def test_totals_are_those_that_are_printed(
    example: str, printed: str, examples: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    """Of `enroll`, digit by digit."""
    assert f"{examples[0]['enroll'].to_numpy() @ _calibrated(example, examples[0]):.0f}" == printed
