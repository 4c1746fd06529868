"""The files of a table, brought together: members of archives, files that nothing pins, several in a row."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

from runtime.digests import sha256_file
from runtime.errors import DigestMismatch, FetchError
from runtime.fetch.archive import extract
from runtime.fetch.comments import skip_lines
from runtime.fetch.fetch import fetch
from runtime.fetch.json_table import is_json, json_to_parquet
from runtime.fetch.parts import absent, stand_in
from runtime.fetch.sqlite import extract_table, is_sqlite, tables_in
from runtime.sql import connection, first, literal, quoted
from runtime.tables import scan

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from runtime.fetch.parts import Part

_WIDER = ("BIGINT", "DOUBLE")


def bring(parts: list[Part], cache: Path, overrides: Path | None, target: Path) -> None:
    """Write the table that some files hold to `target`: of one its bytes, of several one Parquet file.

    A table in JSON, or of a database, is Parquet as well.

    Raises:
        FetchError: one of them cannot be had, or they do not have the same columns.
        DigestMismatch: one is not what is pinned.
    """
    if len(parts) == 1:
        _bring_one(parts[0], cache, overrides, target)
        return
    drafts = [target.with_name(f"{target.name}.{number}") for number in range(len(parts))]
    for part, draft in zip(parts, drafts, strict=True):
        _bring_one(part, cache, overrides, draft)
    _put_together(parts, drafts, target)
    for draft in drafts:
        draft.unlink()


def _bring_one(part: Part, cache: Path, overrides: Path | None, target: Path) -> None:
    if part.sha256 is None:
        path = stand_in(part, overrides)
        if path is None:
            raise absent([part])
    else:
        path = fetch(part.file, part.sha256, cache, overrides, bundle=part.bundle, name=part.name).path
    if part.is_table or is_sqlite(path):
        _bring_table(part, path, target)
    elif part.member is None or (part.sha256 is None and not zipfile.is_zipfile(path)):
        shutil.copyfile(path, target)
        _refuse_changed(part, path, target)
    else:
        extract(path, part.member, target)
    if part.comment is not None:
        skip_lines(target, part.comment, part.name)
    if is_json(target):
        json_to_parquet(target, part.name)


def _bring_table(part: Part, path: Path, target: Path) -> None:
    """Write the table of a database that is meant; the bytes that are read are those that are pinned."""
    if not part.is_table or part.member is None:
        raise FetchError(
            f"the file of {part.name} is a SQLite database",
            place=part.name,
            remedy="name one of its tables after `!`: " + (", ".join(tables_in(path)[:12]) or "it has none"),
        )
    copy = target.with_name(target.name + ".db")
    shutil.copyfile(path, copy)
    _refuse_changed(part, path, copy)
    extract_table(copy, part.member, target, part.name)
    copy.unlink()


def _refuse_changed(part: Part, path: Path, copy: Path) -> None:
    """Refuse a copy that is not what is pinned: somebody wrote to the file after it was checked."""
    if part.sha256 is not None and sha256_file(copy) != part.sha256.removeprefix("sha256:").lower():
        raise DigestMismatch(
            f"the file of {part.name} changed while it was read",
            place=str(path),
            remedy="run again when nobody writes to it",
        )


def _put_together(parts: list[Part], drafts: list[Path], target: Path) -> None:
    with connection(*drafts, target) as database:
        described = [_described(database, draft) for draft in drafts]
        for part, found in zip(parts[1:], described[1:], strict=True):
            _refuse_other_columns(parts[0], described[0], part, found)
        kinds = {name: _common(database, name, parts, drafts, described) for name in described[0]}
        items = ", ".join(f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in kinds.items())
        union = " UNION ALL ".join(f"SELECT {items} FROM {scan(draft, kinds)}" for draft in drafts)  # noqa: S608
        database.execute(f"COPY ({union}) TO {literal(str(target))} (FORMAT parquet)")


def _described(database: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    rows = database.execute(f"DESCRIBE SELECT * FROM {scan(path)}").fetchall()  # noqa: S608
    return {str(name): str(kind) for name, kind, *_ in rows}


def _refuse_other_columns(one: Part, known: dict[str, str], part: Part, found: dict[str, str]) -> None:
    lacks, adds = [n for n in known if n not in found], [n for n in found if n not in known]
    if lacks or adds:
        what = f"lacks {', '.join(lacks[:8])}" if lacks else f"has {', '.join(adds[:8])} as well"
        raise FetchError(
            f"the files of one source have the same columns, but {part.locator} {what}",
            place=part.name,
            remedy=f"leave it out of `files:`, or take the edition that {one.locator} is of",
        )


def _common(
    database: duckdb.DuckDBPyConnection,
    name: str,
    parts: list[Part],
    drafts: list[Path],
    described: list[dict[str, str]],
) -> str:
    """Return the type that a column has in all files, the wider of two numbers; one without values fits."""
    kinds = {each[name] for each in described}
    if len(kinds) > 1:
        held = [
            (part, each[name])
            for part, draft, each in zip(parts, drafts, described, strict=True)
            if first(database, f"SELECT count({quoted(name)}) FROM {scan(draft)}") != (0,)  # noqa: S608
        ]
        kinds = {kind for _, kind in held} or kinds
    if len(kinds) == 1:
        return kinds.pop()
    if kinds.issubset(_WIDER):
        return _WIDER[-1]
    shown = ", ".join(f"{kind} in {part.locator}" for part, kind in held[:3])
    raise FetchError(
        f"the column `{name}` has several types: {shown}",
        place=parts[0].name,
        remedy="leave out the file that differs",
    )
