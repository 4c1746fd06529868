"""The sound comparison of a run with another dataset: what it needs of the store, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from compiler.catalog.engine import engine_catalog
from compiler.plan import WEIGHT
from compiler.wording import listed
from runtime.errors import NodeFailed
from runtime.names import column_file
from runtime.operations.calibrate import FITS
from runtime.operations.facts import FACTS
from runtime.operations.fits import Facts, read_facts
from runtime.operations.stages import families_of
from runtime.others.computed import Asking, with_computed
from runtime.others.dataset import TablesReader, read_dataset
from runtime.others.matrix import count
from runtime.others.sound import Rules, Side, compare
from runtime.tables import stored
from specc.exits import Exit
from specc.faults import CommandFault
from specc.published import published_run
from specc.runs import is_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from compiler.plan import Node, Plan
    from runtime.store import Artifact, Store
    from specc.published import Published

    Integers = npt.NDArray[np.int64]
    Progress = Callable[[int, int], None]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared: the calibration, households a sample, seeds; None for what is usual.

    `work` is where finished chunks of the engine are kept until all are there.
    """

    calibration: str | None
    records: int | None
    seeds: int
    work: Path


def sound(
    folder: Path, dataset: Path, store: Store, asked: Asked, progress: Callable[[str], Progress]
) -> Json:
    """Compare the calibrated weights of a run with another dataset, on the run's own facts.

    `progress` gives, by what is done, what hears how much of it is.

    Raises:
        CommandFault: the run's steps are not in the store, it holds nothing out, or the dataset is none (3).
    """
    run = published_run(folder)
    name = calibration_of(run.plan, asked.calibration)
    node, matrix = (run.plan.node(f"{step}.{name}") for step in ("calibrate", "matrix"))
    try:
        ours = side_of("run", *(_artifact(run, store, address) for address in _weighed(node)))
        reader = _read(
            run, store, matrix, _place(dataset), asked.work, progress("chunks computed by the engine")
        )
        theirs, lacking = _their_side(run, store, matrix, ours.facts, reader)
        rules, left_out = _rules(node, (ours, theirs), lacking, asked)
        found = compare((ours, theirs), rules, progress("samples refitted"))
    except NodeFailed as error:
        raise CommandFault(Exit.USAGE, error.message, remedy=error.remedy) from error
    about = {
        "calibration": name,
        "run": str(folder),
        "dataset": str(dataset),
        "records": {"run": ours.records, "dataset": theirs.records, "compared": rules.records},
        "seeds": len(rules.seeds),
    }
    return {**about, **found, "not_compared": left_out}


def calibration_of(plan: Plan, asked: str | None) -> str:
    """Return the name of the calibration that is asked for, or of the only one.

    Raises:
        CommandFault: it is none of the plan's, or there are several (3).
    """
    names = [node.address.partition(".")[2] for node in plan.nodes if node.operation == "calibrate"]
    first = [name for name in names if "@" not in name]
    if asked is not None and asked in first:
        return asked
    if asked is None and len(first) == 1:
        return first[0]
    several = f"the run has {len(first) or 'no'} calibrations"
    what = several if asked is None else f"the run has no calibration `{asked}`"
    raise CommandFault(Exit.USAGE, what, remedy="name one with --calibration: " + ", ".join(first))


def _artifact(run: Published, store: Store, address: str) -> Artifact:
    nodes: list[Json] = run.manifest["predicate"]["x-specc"]["nodes"]
    key = next(node["key"] for node in nodes if node["address"] == address)
    found = store.find(key)
    if found is None:
        message = f"the store no longer has what `{address}` of {run.folder} wrote"
        raise CommandFault(Exit.USAGE, message, remedy="run it again, or name its store with --store")
    return found


def _weighed(node: Node) -> tuple[str, str]:
    """Return the addresses of a calibration and of its matrix."""
    return node.address, node.inputs.artifacts["matrix"]


def side_of(name: str, calibrated: Artifact, matrix: Artifact) -> Side:
    """Return calibrated weights with their facts, whose status is that of the calibration."""
    weights = stored(calibrated.path(column_file("household", WEIGHT)))[WEIGHT].to_numpy().astype(np.float64)
    facts = read_facts(matrix, weights, 1)
    status = stored(calibrated.path(FITS))["status"].to_numpy().astype(str)
    return Side(name, Facts(facts.matrix, facts.ledger, status), weights)


def _read(
    run: Published, store: Store, matrix: Node, path: Path, work: Path, progress: Progress
) -> TablesReader:
    """Read the dataset; what the run's own engine step computes, and it lacks, is computed for it."""
    catalog = engine_catalog(run.plan.engine)
    known = {name: variable for name in catalog if (variable := catalog.get(name)) is not None}
    tables = read_dataset(path, run.plan.period, {name: each.entity for name, each in known.items()})
    if WEIGHT not in tables["household"].columns:
        remedy = "store the weights of households under that name"
        raise CommandFault(Exit.USAGE, f"{path} has no `{WEIGHT}`", remedy=remedy)
    frame = matrix.inputs.frames["frame"]
    there = {name for table in tables.values() for name in table.columns}
    made = [node for node in run.plan.nodes if node.operation == "materialise" and "@" not in node.address]
    for node in made:
        own = {name for names in node.outputs.values() for name in names}
        wanted = {name for named in frame.columns.values() for name in named} & own - there
        if wanted:
            inputs = {name for name, each in known.items() if not each.computed} - {WEIGHT}
            tables = with_computed(path, tables, wanted, _asking(node, inputs, work), store, progress)
    return TablesReader(tables, frame.views)


def _asking(node: Node, inputs: set[str], work: Path) -> Asking:
    engine, hints = node.engine or {}, node.parameters["hints"]
    return Asking(
        engine["name"], engine["version"], node.parameters["period"],
        hints["households_per_chunk"], hints["workers"], inputs, work,
    )  # fmt: skip


def _their_side(
    run: Published, store: Store, matrix: Node, facts: Facts, reader: TablesReader
) -> tuple[Side, dict[str, tuple[str, ...]]]:
    """Return the dataset with the matrix of the run's facts, and what it lacks to count some of them."""
    targets = matrix.parameters["targets"]
    stored_facts = {name: _artifact(run, store, matrix.inputs.artifacts[f"facts.{name}"]) for name in targets}
    paths = {name: artifact.path(FACTS) for name, artifact in stored_facts.items()}
    columns = [name for named in matrix.inputs.frames["frame"].columns.values() for name in named]
    counted = count(reader, targets, paths, columns)
    weights = reader.tables["household"][WEIGHT].to_numpy().astype(np.float64)
    return Side("dataset", Facts(counted.matrix, facts.ledger, facts.status), weights), counted.lacking


def _place(dataset: Path) -> Path:
    """Return the folder of tables that a run has published, else what was named."""
    if not dataset.is_dir() or not is_run(dataset):
        return dataset
    tables = sorted(path.parent for path in dataset.glob("*/household.parquet"))
    if not tables:
        message, remedy = f"the run in {dataset} publishes no tables", "name its file of the engine (.h5)"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)
    return tables[0]


def _rules(
    node: Node, sides: tuple[Side, Side], lacking: dict[str, tuple[str, ...]], asked: Asked
) -> tuple[Rules, list[Json]]:
    """Return what is compared, and by name what cannot be, with the reason."""
    facts = sides[0].facts
    family = families_of(facts.ledger)
    there = ~np.isin(family, list(lacking))
    held = np.flatnonzero(there & (facts.status == "holdout") & (facts.values != 0))
    if not len(held):
        remedy = "give a family of the targets `role: holdout`: trained facts prove nothing"
        raise CommandFault(Exit.USAGE, _nothing(facts, lacking), remedy=remedy)
    trained = np.flatnonzero(there & (facts.status == "train"))
    smaller = min(side.records for side in sides)
    records = asked.records or smaller // 2
    if not 1 < records <= smaller:
        message = f"samples of {records:,} households cannot be drawn from {smaller:,}"
        raise CommandFault(Exit.USAGE, message, remedy="name fewer with --records")
    minimum = max(int(node.parameters["minimum_carriers"]), 1)
    rules = Rules(node.parameters, trained, held, records, tuple(range(1, asked.seeds + 1)), minimum)
    return rules, _left_out(facts, lacking)


def _nothing(facts: Facts, lacking: dict[str, tuple[str, ...]]) -> str:
    """Say why no fact that is held out can be compared."""
    if "holdout" not in facts.status:
        return "the run holds no fact out"
    columns = sorted({column for names in lacking.values() for column in names})
    names = listed([f"`{name}`" for name in columns])
    return f"the dataset can count no fact that is held out: it has no {names}"


def _left_out(facts: Facts, lacking: dict[str, tuple[str, ...]]) -> list[Json]:
    family = families_of(facts.ledger)
    return [
        {"family": name, "facts": int((family == name).sum()), "lacks": list(columns)}
        for name, columns in sorted(lacking.items())
    ]
