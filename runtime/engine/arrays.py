"""Arrays as the engine holds them: float32, int32, bool, bytes; what does not fit is refused, never bent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.engine.facts import Facts

    Column = npt.NDArray[Any]


def encode(name: str, values: Column, facts: Facts | None) -> Column:
    """Return `values` in the type the engine stores, or, for a variable it does not have, in their own.

    Raises:
        EngineError: a value is missing, not finite, too large, or not a member of the enumeration.
    """
    kind = _own_type(values) if facts is None else facts.type
    if kind == "float":
        return _floats(name, values)
    if kind == "int":
        return _integers(name, values)
    if kind == "bool":
        return _booleans(name, values)
    return _text(name, values, None if facts is None else facts.values)


def _own_type(values: Column) -> str:
    return {"f": "float", "i": "int", "u": "int", "b": "bool"}.get(values.dtype.kind, "str")


def _floats(name: str, values: Column) -> Column:
    if values.dtype.kind not in "fiub":
        raise _misfit(name, "numbers", values.dtype)
    with np.errstate(over="ignore"):
        # An overflow becomes infinite here and is refused with the place below.
        narrow = values.astype(np.float32)
    _refuse_where(~np.isfinite(narrow), name, values, "finite numbers in 32 bits")
    return narrow


def _integers(name: str, values: Column) -> Column:
    if values.dtype.kind not in "fiub":
        raise _misfit(name, "integers", values.dtype)
    with np.errstate(invalid="ignore"):
        # NaN and overflow give some other number, which the comparison then catches.
        narrow = values.astype(np.int32)
    _refuse_where(narrow != values, name, values, "integers in 32 bits")
    return narrow


def _booleans(name: str, values: Column) -> Column:
    if values.dtype.kind not in "fiub":
        raise _misfit(name, "true or false", values.dtype)
    flags = values.astype(np.bool_)
    _refuse_where(flags != values, name, values, "true or false (1 or 0)")
    return flags


def _text(name: str, values: Column, members: tuple[str, ...] | None) -> Column:
    if values.dtype.kind not in "OSU":
        raise _misfit(name, "text", values.dtype)
    is_text = np.array([isinstance(value, (str, bytes)) for value in values], np.bool_)
    _refuse_where(~is_text, name, values, "text")
    text = np.char.decode(values, "utf-8") if values.dtype.kind == "S" else values.astype(np.str_)
    if members is not None:
        wanted = ", ".join(members[:8]) + " …" * (len(members) > 8)
        _refuse_where(~np.isin(text, members), name, values, f"one of {wanted}")
    # An empty array has width 0 in numpy, which HDF5 cannot store.
    encoded = cast("Column", np.char.encode(text, "utf-8"))
    return encoded if encoded.dtype.itemsize else encoded.astype("S1")


def _refuse_where(wrong: npt.NDArray[np.bool_], name: str, values: Column, wanted: str) -> None:
    places = np.flatnonzero(wrong)
    if places.size:
        raise EngineError(
            f"`{name}` holds {values[places[0]]!r} in row {places[0]} ({places.size} such rows); "
            f"wanted: {wanted}",
            remedy="fill or correct these rows before the engine sees them",
        )


def _misfit(name: str, wanted: str, found: object) -> EngineError:
    return EngineError(
        f"`{name}` has values of type {found}; the engine wants {wanted}", remedy="cast the column"
    )
