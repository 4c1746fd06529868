"""What a published run says of its clones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.wording import listed
from runtime.cloned import SUMMARY, file_of
from specc.render.columns import count
from specc.run_files import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from specc.run_files import Json


def summaries(folder: Path, plan: Plan) -> dict[str, Json]:
    """Return the summary of every clone of a run, by name; none of a run that an older specc published."""
    files = {name: folder / file_of(name, SUMMARY) for name in plan.metadata.get("clones", {})}
    return {name: read_json(file) for name, file in files.items() if file.is_file()}


def contradictions(found: dict[str, Json]) -> list[tuple[str, str]]:
    """Return what contradicts itself in the rows of clones: the clone, and what it is."""
    return [
        (name, f"{problem['problem']}: {count(problem['households'], 'household')}, ids {_ids(problem)}")
        for name, summary in found.items()
        for problem in summary["problems"]
    ]


def _ids(problem: Json) -> str:
    return listed([str(each) for each in problem["first_ids"]])
