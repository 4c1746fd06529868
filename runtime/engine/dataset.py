"""Writer of the engine's dataset file: HDF5, a group a variable, a dataset a period, arrays in entity order.

`policyengine_us.Microsimulation(dataset="path.h5")` reads it through `policyengine_core.data.Dataset`:

- the alphabetically first group decides the layout and gives the dataset its period, so a yearly variable
  must come first (`family_id`, always required, precedes every eternity variable of the engine);
- `person_id`, `<group>_id` and `person_<group>_id` of all five groups are required, and every membership must
  name a declared group;
- a yearly array given to a monthly variable is divided by twelve (flows) or repeated (stocks);
- columns that the engine does not know are skipped with a warning: fine for provenance flags, see `extra`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from runtime.engine.arrays import encode
from runtime.engine.entities import ENTITIES, GROUPS, STRUCTURE, id_of, membership_of
from runtime.engine.errors import EngineError
from runtime.engine.files import written_aside

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    import numpy.typing as npt

    from runtime.engine.facts import EngineFacts

    Column = npt.NDArray[Any]

ETERNITY = "ETERNITY"


def write_dataset(
    path: Path,
    columns: Mapping[str, Column],
    *,
    period: int,
    catalog: EngineFacts,
    extra: Mapping[str, str] | None = None,
    overrides: Collection[str] = (),
) -> None:
    """Write `columns` (variable -> array of its entity's length) as an engine dataset.

    The same arrays give the same bytes. Floats become float32, integers int32 (ids int64), enumerations and
    strings fixed-length bytes; eternity variables go under `ETERNITY`, all others under the year `period`.
    `extra` names variables the engine does not have and their entities. `overrides` names formula-owned
    variables that may be stored all the same.

    Raises:
        EngineError: an id or membership is missing or inconsistent, an array has the wrong length or holds a
            value the engine cannot hold, a variable is unknown, or the engine computes it.
        DiskFull: there is no room; nothing is left behind.
    """
    extra = extra or {}
    _refuse_broken_structure(columns)
    _refuse_computed(columns, catalog, extra, overrides)
    with written_aside(path) as aside, h5py.File(aside, "w", libver="earliest") as file:
        # Sorted, untimed, oldest format: nothing in the bytes but the data.
        for name in sorted(columns):
            key, values = _stored(name, columns, period, catalog, extra)
            file.create_group(name).create_dataset(key, data=values, track_times=False)


def _stored(
    name: str, columns: Mapping[str, Column], period: int, catalog: EngineFacts, extra: Mapping[str, str]
) -> tuple[str, Column]:
    """Return the period key and the encoded array of one variable."""
    values = columns[name]
    if name in extra:
        _refuse_length(name, extra[name], columns)
        return str(period), encode(name, values, None)
    facts = catalog.facts(name)
    _refuse_length(name, facts.entity, columns)
    key = ETERNITY if facts.period == "eternity" else str(period)
    if name in STRUCTURE:
        return key, values.astype(np.int64)
    return key, encode(name, values, facts)


def _refuse_broken_structure(columns: Mapping[str, Column]) -> None:
    missing = sorted(STRUCTURE - columns.keys())
    if missing:
        raise EngineError(
            f"the dataset lacks {', '.join(missing)}", remedy="the engine's loader requires every one of them"
        )
    for entity in ENTITIES:
        _refuse_bad_ids(id_of(entity), columns[id_of(entity)])
    for group in GROUPS:
        _refuse_length(membership_of(group), "person", columns)
        _refuse_strays(group, columns)


def _refuse_bad_ids(name: str, ids: Column) -> None:
    if ids.dtype.kind not in "iu":
        raise EngineError(f"`{name}` has type {ids.dtype}", remedy="ids are integers")
    values, counts = np.unique(ids, return_counts=True)
    if (counts > 1).any():
        raise EngineError(
            f"`{name}` holds {values[counts > 1][0]} more than once", remedy="ids are unique in their table"
        )
    # The engine keeps ids as int32; beyond that two of them may become one without a word.
    if ids.size and (ids.min() < 0 or ids.max() > np.iinfo(np.int32).max):
        raise EngineError(
            f"`{name}` holds ids from {ids.min()} to {ids.max()}, outside 0 to 2147483647",
            remedy="renumber: the engine keeps ids in 32 bits",
        )


def _refuse_strays(group: str, columns: Mapping[str, Column]) -> None:
    membership = columns[membership_of(group)]
    stray = np.flatnonzero(~np.isin(membership, columns[id_of(group)]))
    if stray.size:
        person = columns[id_of("person")][stray[0]]
        raise EngineError(
            f"person {person} belongs to {group} {membership[stray[0]]}, which is not in `{id_of(group)}`",
            remedy=f"every `{membership_of(group)}` must be one of `{id_of(group)}`",
        )


def _refuse_length(name: str, entity: str, columns: Mapping[str, Column]) -> None:
    expected, actual = len(columns[id_of(entity)]), len(columns[name])
    if expected != actual:
        raise EngineError(
            f"`{name}` has {actual} values, but there are {expected} rows of {entity}, which owns it",
            remedy=f"aggregate or spread it to {entity} before writing",
        )


def _refuse_computed(
    columns: Mapping[str, Column], catalog: EngineFacts, extra: Mapping[str, str], overrides: Collection[str]
) -> None:
    candidates = columns.keys() - extra.keys() - STRUCTURE - set(overrides)
    for name in sorted(candidates):
        if (kind := catalog.facts(name).kind) != "input":
            raise EngineError(
                f"`{name}` is computed by the engine ({kind}); stored, it would silently replace the formula",
                remedy="drop it, store the inputs it is made of, or list it in `overrides`",
            )
