"""The public API: lint or plan a bundle, impute, calibrate. All else is a command (`specc --help`).

>>> import specc
>>> specc.lint("specs/us_open")
[]
>>> specc.plan("specs/us_open", sample=0.05).nodes[0].address
'file.cps_2012'
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.compilation import Compilation
    from compiler.diagnostics import Diagnostic
    from compiler.plan import Plan
    from runtime.imputation.rubin import combine
    from specc.calibrated import calibrate
    from specc.facts import Fact
    from specc.imputer import Imputer

__all__ = ["Fact", "Imputer", "SpecError", "calibrate", "combine", "lint", "plan"]

# What takes the extra `run`, and the module it stands in: imported when asked for.
_HEAVY = {
    "Fact": "specc.facts",
    "Imputer": "specc.imputer",
    "calibrate": "specc.calibrated",
    "combine": "runtime.imputation.rubin",
}
_OURS = ("compiler", "runtime", "specc")


# Hidden from type checkers, which would take any misspelling for a name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what takes more than the light core.

        Raises:
            AttributeError: there is no such name.
            ModuleNotFoundError: the extra is not installed.
        """
        if name not in _HEAVY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return getattr(importlib.import_module(_HEAVY[name]), name)
        except ModuleNotFoundError as error:
            missing = (error.name or "").partition(".")[0]
            if missing in _OURS:
                raise
            message = f"specc.{name} needs {missing}, which is not installed: pip install 'specc[run]'"
            raise ModuleNotFoundError(message, name=error.name) from error


class SpecError(Exception):
    """A bundle that cannot be planned. `diagnostics` holds every finding, errors and warnings."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(f"{d.span}: {d.code} {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics


def lint(path: str | Path) -> list[Diagnostic]:
    """Return what there is to say about a bundle folder, sorted by place; nothing outside it is read.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    return _compiled(path, None).diagnostics


def plan(path: str | Path, sample: float | None = None, without: tuple[str, ...] = ()) -> Plan:
    """Return the plan of a bundle folder.

    `sample` is the share of households to keep, None or 1 for all; `without` are clones that copy nothing in
    this variant, such as `clone.puf_support`.

    Raises:
        SpecError: the bundle has errors.
        ValueError: the sample is not in (0, 1], or there is no such clone.
        NotADirectoryError: there is no such folder.
    """
    if sample is not None and not 0 < sample <= 1:
        raise ValueError(f"sample={sample} is not a share; give one above 0 and at most 1, such as 0.05")
    compilation = _compiled(path, None if sample == 1 else sample, without)
    if compilation.plan is None:
        raise SpecError(compilation.diagnostics)
    return compilation.plan


def _compiled(path: str | Path, sample: float | None, without: tuple[str, ...] = ()) -> Compilation:
    # Imported when asked for: `import specc` stays free of pydantic and of the parser.
    compilation: Compilation = importlib.import_module("compiler.compilation").compile_bundle(
        Path(path), sample=sample, without=without
    )
    return compilation
