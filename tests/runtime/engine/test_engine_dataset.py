"""The writer of the engine's dataset file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from engine_facts import committed_facts
from engine_population import columns_of, population

from runtime.engine.dataset import write_dataset
from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from runtime.engine.facts import EngineFacts

    Columns = dict[str, NDArray[Any]]

CATALOG = committed_facts()


@pytest.fixture
def catalog() -> EngineFacts:
    """Return the committed catalog."""
    return CATALOG


@pytest.fixture
def columns() -> Columns:
    """Return a small valid dataset with a variable of every type."""
    columns: Columns = dict(columns_of(population(6)))
    people, homes = len(columns["person_id"]), len(columns["household_id"])
    columns["age"] = columns["age"].astype(np.int64)
    columns["is_blind"] = np.arange(people) % 2
    columns["is_household_head"] = np.zeros(people, np.bool_)
    columns["ssn_card_type"] = np.array(["CITIZEN"] * people, dtype=object)
    columns["county_fips"] = np.array(["06037"] * homes)
    return columns


def read(path: Path, key: str) -> NDArray[Any]:
    """Return one dataset of a file."""
    with h5py.File(path) as file:
        return np.asarray(file[key])


def test_two_writes_of_the_same_arrays_give_the_same_bytes(
    tmp_path: Path, catalog: EngineFacts, columns: Columns
) -> None:
    """No time stamp, no order of insertion, no address gets into the file."""
    write_dataset(tmp_path / "a.h5", columns, period=2023, catalog=catalog)
    time.sleep(1.1)  # HDF5 stamps whole seconds
    backwards = dict(reversed(columns.items()))
    write_dataset(tmp_path / "b.h5", backwards, period=2023, catalog=catalog)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("person_id/2023", "<i8"),
        ("age/2023", "<f4"),
        ("state_fips/2023", "<i4"),
        ("is_blind/2023", "|b1"),
        ("ssn_card_type/2023", "|S7"),
        ("county_fips/2023", "|S5"),
        ("is_household_head/ETERNITY", "|b1"),
    ],
)
def test_arrays_have_the_types_and_periods_of_the_engine(
    tmp_path: Path, catalog: EngineFacts, columns: Columns, key: str, kind: str
) -> None:
    """The catalog, not the caller's array, says how a variable is stored."""
    write_dataset(tmp_path / "a.h5", columns, period=2023, catalog=catalog)
    assert read(tmp_path / "a.h5", key).dtype.str == kind


def test_a_variable_of_the_spec_is_stored_as_it_is(
    tmp_path: Path, catalog: EngineFacts, columns: Columns
) -> None:
    """Provenance flags that the engine does not know are kept, once declared."""
    columns["person_is_puf_clone"] = np.ones(len(columns["person_id"]), np.bool_)
    extra = {"person_is_puf_clone": "person"}
    write_dataset(tmp_path / "a.h5", columns, period=2023, catalog=catalog, extra=extra)
    assert read(tmp_path / "a.h5", "person_is_puf_clone/2023").all()


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("age", [np.nan] * 99, "`age` holds .*nan.* in row 0"),
        ("age", [1e300] * 99, "finite numbers in 32 bits"),
        ("state_fips", [6.5] * 6, "integers in 32 bits"),
        ("state_fips", ["06"] * 6, "cast the column"),
        ("state_fips", [6] * 5, "there are 6 rows of household"),
        ("is_blind", [2] * 99, "true or false"),
        ("ssn_card_type", ["MARTIAN"] * 99, "'MARTIAN' in row 0"),
        ("ssn_card_type", [None] * 99, "wanted: text"),
        ("household_id", [100] * 6, "100 more than once"),
        ("household_id", [1, 2, 3, 4, 5, 2**31], "the engine keeps ids in 32 bits"),
        ("person_family_id", [7] * 99, "belongs to family 7"),
        ("adjusted_gross_income", [1.0] * 99, "silently replace the formula"),
        ("zebra_income", [1.0] * 99, "no engine variable `zebra_income`"),
    ],
)
def test_what_the_engine_cannot_hold_is_refused(
    tmp_path: Path, catalog: EngineFacts, columns: Columns, name: str, values: list[object], message: str
) -> None:
    """Nothing is rounded, wrapped, defaulted or dropped; and nothing is left behind."""
    kind = object if isinstance(values[0], (str, type(None))) else None
    columns[name] = np.array(values[: len(columns["person_id"])], dtype=kind)
    with pytest.raises(EngineError, match=message):
        write_dataset(tmp_path / "a.h5", columns, period=2023, catalog=catalog)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_membership_is_refused(tmp_path: Path, catalog: EngineFacts, columns: Columns) -> None:
    """The engine's loader needs all five groups."""
    del columns["person_spm_unit_id"]
    with pytest.raises(EngineError, match="lacks person_spm_unit_id"):
        write_dataset(tmp_path / "a.h5", columns, period=2023, catalog=catalog)


def test_a_computed_variable_can_be_stored_on_purpose(
    tmp_path: Path, catalog: EngineFacts, columns: Columns
) -> None:
    """`overrides` says that replacing a formula is meant."""
    columns["in_nyc"] = np.zeros(6, np.bool_)
    write_dataset(tmp_path / "a.h5", columns, period=2023, catalog=catalog, overrides=("in_nyc",))
    assert not read(tmp_path / "a.h5", "in_nyc/2023").any()
