"""The files of a run: each one that the manifest names, its bytes and its content, and no others."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from runtime.content import content_digest
from runtime.digests import sha256_file
from runtime.errors import StoreError
from runtime.store import Output
from specc.run_files import read_json
from specc.runs import RUN_MANIFEST, SIDECAR, node_file
from specc.verification.problem import Looked, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specc.published import Published


def files(run: Published) -> Looked:
    """Look at every file: those that the manifest names, and those that nobody vouches for."""
    subjects = {output.name: output for output in map(Output.from_subject, run.manifest["subject"])}
    problems = [problem for output in subjects.values() for problem in _file(run.folder, output)]
    problems += [problem for output in subjects.values() for problem in _sidecar(run.folder, output)]
    known = {*subjects, RUN_MANIFEST, *(f"{name}{SIDECAR}" for name in subjects)}
    known |= {node_file(node.address) for node in run.plan.nodes}
    problems += [
        Problem(name, "no manifest vouches for it") for name in _there(run.folder) if name not in known
    ]
    return Looked(problems, len(subjects))


def _there(folder: Path) -> list[str]:
    return sorted(
        PurePosixPath(path.relative_to(folder)).as_posix() for path in folder.rglob("*") if not path.is_dir()
    )


def _file(folder: Path, output: Output) -> Iterator[Problem]:
    path = folder / output.name
    if not path.is_file():
        yield Problem(output.name, "it is not there")
        return
    found = sha256_file(path)
    if found != output.sha256:
        yield Problem(
            output.name, f"its bytes are others: sha256 {found[:12]}, the manifest says {output.sha256[:12]}"
        )
    elif path.stat().st_size != output.size:
        yield Problem(output.name, f"it has {path.stat().st_size:,} bytes, the manifest says {output.size:,}")
    if path.suffix == ".parquet":
        yield from _content(path, output)


def _content(path: Path, output: Output) -> Iterator[Problem]:
    try:
        found = content_digest(path)
    except (pa.ArrowException, OSError, StoreError) as error:
        yield Problem(output.name, f"it cannot be read: {str(error).splitlines()[0]}")
        return
    if found != output.content:
        yield Problem(output.name, "its table says something else than what the manifest vouches for")


def _sidecar(folder: Path, output: Output) -> Iterator[Problem]:
    """A sidecar, where there is one, vouches for the same bytes as the run's manifest."""
    path = folder / f"{output.name}{SIDECAR}"
    if path.is_file():
        said: Any = read_json(path).get("subject")
        if said != [output.as_subject()]:
            yield Problem(path.relative_to(folder).as_posix(), f"it vouches for another {output.name}")
