"""One module an operation, and the table that maps the names a plan uses to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.operations import (
    calibrate,
    constrain,
    derive,
    draw,
    export,
    facts,
    file,
    impute,
    materialise,
    matrix,
    pool,
    population,
    replicate,
    rotate,
    rows,
    units,
    uprate,
    validate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.task import Task

# Operation name and version, as `compiler` writes them; a contract test keeps both sides equal.
OPERATIONS: dict[tuple[str, int], Callable[[Task], None]] = {
    ("file", 1): file.run,
    ("population", 1): population.run,
    ("units", 1): units.run,
    ("sample", 1): rows.sample,
    ("clone", 1): rows.clone,
    ("impute", 1): impute.run,
    ("constrain", 1): constrain.run,
    ("uprate", 1): uprate.run,
    ("derive", 1): derive.run,
    ("draw", 1): draw.run,
    ("materialise", 1): materialise.run,
    ("facts", 2): facts.run,
    ("matrix", 2): matrix.run,
    ("calibrate", 4): calibrate.run,
    ("export", 1): export.run,
    ("validate", 1): validate.run,
    ("pool", 1): pool.run,
    ("replicate", 1): replicate.run,
    ("rotate", 1): rotate.run,
}
