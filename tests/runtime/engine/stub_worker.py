"""The real worker with a stubbed engine: `age_doubled` of person, `state` of household, faults on demand.

`STUB_FAULT` is `signal:N`, `raise:N` or `exit:N`, N the household row at which it happens; or `start`.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, cast

import polars as pl

from runtime.engine import worker
from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runtime.engine.installed import EngineSystem

FAULT, _, AT = os.environ.get("STUB_FAULT", "").partition(":")


def load_system() -> EngineSystem:
    """Print, as the engine does, where the protocol must not see it."""
    print("a line of the engine, not of the protocol", flush=True)  # noqa: T201  it is what is tested
    if FAULT == "start":
        raise EngineError("no engine today", remedy="come back tomorrow")
    return cast("EngineSystem", object())


def compute(
    _system: EngineSystem, tables: Mapping[str, pl.DataFrame], _variables: Sequence[str], _period: int
) -> dict[str, pl.DataFrame]:
    """Double ages, copy states, and fail where told."""
    print("another line of the engine", flush=True)  # noqa: T201  it is what is tested
    if AT and 100 + int(AT) in tables["household"]["household_id"]:
        _fail()
    person = tables["person"].select("person_id", age_doubled=pl.col("age") * 2)
    household = tables["household"].select("household_id", state=pl.col("state_fips").cast(pl.String))
    return {"person": person, "household": household}


def _fail() -> None:
    if FAULT == "signal":
        os.kill(os.getpid(), signal.SIGKILL)
    if FAULT == "exit":
        os._exit(3)
    message = "the formula is not defined for zebras"
    raise ValueError(message)


STUBS = {
    "load_system": load_system,
    "compute": compute,
    "check_request": lambda *_: None,
    "guard_population_wide": lambda *_: None,
    "installed_version": lambda: "stub",
}

if __name__ == "__main__":
    for name, stub in STUBS.items():
        setattr(worker, name, stub)
    worker.main()
