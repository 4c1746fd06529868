"""What a finished run publishes: the exports, the facts, the reports, the plan, and what vouches for them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.plan.addresses import draw_of, in_first_draw
from compiler.plan.draws import file_in_draw
from runtime.cloned import cloned
from runtime.coverage import coverage
from runtime.manifest import NodeOutcome, canonical_json, run_manifest, without_volatile
from runtime.numbers import FILE, keys_of, numbers
from specc.croissant import FILE as CROISSANT
from specc.croissant import croissant
from specc.draft import Draft
from specc.exits import Exit
from specc.faults import CommandFault
from specc.results import FITS, Results
from specc.roots import remember
from specc.runs import (
    COVERAGE,
    INTERVALS,
    NUMBERS,
    PLAN,
    REPLICATES,
    REPORT,
    RUN_MANIFEST,
    SIDECAR,
    STAGES,
    facts_file,
    file_of,
    is_run,
    node_file,
)
from specc.specs import specs_in
from specc.swap import swapped_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from compiler.plan import Plan
    from runtime.execute import Done, Run
    from runtime.manifest import Attempt
    from runtime.store import Artifact, Output


@dataclass(frozen=True, slots=True)
class Published:
    """A file of an artifact under the name that it is published by."""

    name: str
    stored: str
    artifact: Artifact

    @property
    def path(self) -> Path:
        """Return where the store has it."""
        return self.artifact.path(self.stored)

    @property
    def output(self) -> Output:
        """Return what is known of the file, under its published name."""
        return replace(self.artifact.outputs[self.stored], name=self.name)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a run, and under what keys the store has it."""

    files: tuple[Published, ...]
    keys: tuple[str, ...]


def refuse_foreign(out: Path) -> None:
    """Refuse a place that holds something no run wrote.

    Raises:
        CommandFault: it is a file, a link, or a folder with other things in it.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise CommandFault(Exit.USAGE, f"{out} is not a folder", remedy="name another one with --out")
    if out.is_dir() and any(out.iterdir()) and not is_run(out):
        remedy = "name another folder with --out, or move them away"
        raise CommandFault(Exit.USAGE, f"{out} holds files that no `specc run` wrote", remedy=remedy)


def refuse_around(out: Path, needed: Iterable[Path]) -> None:
    """Refuse a place that holds something a run needs: it is replaced as a whole.

    Raises:
        CommandFault: one of the needed folders is it, or lies inside.
    """
    for path in needed:
        if path.resolve().is_relative_to(out.resolve()):
            message = f"{out} would be replaced as a whole, but {path} lies inside"
            raise CommandFault(Exit.USAGE, message, remedy="name another folder with --out")


def publish(run: Run, results: Results, attempt: Attempt, out: Path) -> list[Output]:
    """Publish a finished run as the folder `out`, whole or not at all; return its files.

    Raises:
        CommandFault: `out` was taken by something else meanwhile, or cannot be written.
        DiskFull: there is no room; what was published before is untouched.
    """
    place = out.resolve()
    # Two runs that publish to one place take turns; the lock goes with its holder.
    lock = run.store.lock_here(f"out.{hashlib.sha256(str(place).encode()).hexdigest()}")
    try:
        with lock, swapped_in(place) as draft:
            counted = _counted(run)
            outputs = _fill(Draft(draft, place), run, results, attempt, counted)
            refuse_foreign(out)
            nodes = [done.key for done in run.done.values()]
            remember(run.store, place, [*nodes, *counted.keys])
    except PermissionError as error:
        raise CommandFault(Exit.USAGE, f"{out} cannot be written: {error.strerror}") from error
    return outputs


def published(results: Results) -> list[Published]:
    """Return the stored files to publish. No two exports write one file; of calibrations each has its own."""
    files = [
        Published(stored, stored, artifact)
        for artifact in results.exports.values()
        for stored in artifact.names
    ]
    fits = results.fits
    files += [Published(facts_file(name, fits), FITS, artifact) for name, artifact in fits.items()]
    beside = [(STAGES, STAGES, fits), (REPLICATES, REPLICATES, results.replicates),
              (INTERVALS, "replicate_facts.parquet", results.replicates)]  # fmt: skip
    files += [
        Published(file_of(output, name, fits), stored, artifact)
        for output, stored, artifacts in beside
        for name, artifact in artifacts.items()
        if stored in artifact.names
    ]
    return files


def _fill(draft: Draft, run: Run, results: Results, attempt: Attempt, counted: Counted) -> list[Output]:
    files = published(results)
    for file in (*files, *counted.files):
        run.store.require(file.artifact)
        draft.copy(file.path, file.output)
    own = [
        draft.write(PLAN, run.plan.to_json().encode()),
        draft.write(REPORT, canonical_json(results.as_json(run.plan))),
        *_croissants(draft, run.plan, results),
    ]
    _vouch(draft, run, files)
    # Sidecars are not among the subjects: they hold times, and the manifest must not vary with those.
    copied = [file.output for file in (*files, *counted.files)]
    outputs = sorted([*copied, *own], key=lambda output: output.name)
    draft.write(RUN_MANIFEST, canonical_json(_manifest(run, attempt, outputs, counted.keys)))
    draft.finish()
    return outputs


def _counted(run: Run) -> Counted:
    """Return the numbers of all variables, what became of every row of the tables of facts, and clones."""
    artifacts = {address: done.artifact for address, done in run.done.items()}
    numbered = numbers(run.plan, artifacts, run.store)
    covered = coverage(run.plan, artifacts, run.store)
    files, keys = [Published(NUMBERS, FILE, numbered)], keys_of(numbered)
    if covered is not None:
        files.append(Published(COVERAGE, COVERAGE, covered))
        keys.append(covered.key)
    told = cloned(run.plan, artifacts, run.store)
    if told is not None:
        files += [Published(name, name, told) for name in told.names]
        keys.append(told.key)
    return Counted(tuple(files), tuple(keys))


def _croissants(draft: Draft, plan: Plan, results: Results) -> list[Output]:
    """Describe every export that has Parquet tables; return the files."""
    nodes = {name: plan.node(f"export.{name}") for name in results.exports}
    exports = {name: a for name, a in results.exports.items() if nodes[name].parameters["parquet"]}
    is_alone = len({in_first_draw(name) for name in exports}) == 1
    names = {
        name: file_in_draw(CROISSANT if is_alone else f"croissant.{in_first_draw(name)}.json", draw_of(name))
        for name in exports
    }
    return [
        draft.write(names[name], canonical_json(croissant(plan, nodes[name], artifact)))
        for name, artifact in exports.items()
    ]


def _vouch(draft: Draft, run: Run, files: Iterable[Published]) -> None:
    """Put the manifest of every node there, and beside every file that of the node that wrote it."""
    for address, done in run.done.items():
        draft.write(node_file(address), canonical_json(done.artifact.manifest))
    for file in files:
        sidecar = {**file.artifact.manifest, "subject": [file.output.as_subject()]}
        draft.write(file.name + SIDECAR, canonical_json(sidecar))


# In which order donors gave: what the plan says of it, its manifest repeats.
_ORDERS = ("donor_source_order", "clone_source_order")


def _manifest(run: Run, attempt: Attempt, outputs: list[Output], keys: Iterable[str]) -> dict[str, object]:
    plan = run.plan
    external: dict[str, object] = {
        "bundle": plan.bundle, "period": plan.period, "seed": plan.seed, "sample": plan.sample,
        **({"without": list(plan.without)} if plan.without else {}),
    }  # fmt: skip
    external |= {key: plan.metadata[key] for key in _ORDERS if key in plan.metadata}
    return run_manifest(
        plan.key,
        [_outcome(done) for done in run.done.values()],
        attempt,
        spec_files=specs_in(plan).files,
        outputs=outputs,
        numbers=list(keys),
        external=external,
    )


def _outcome(done: Done) -> NodeOutcome:
    record = hashlib.sha256(canonical_json(without_volatile(done.artifact.manifest))).hexdigest()
    return NodeOutcome(done.node.address, done.key, done.action, _contents(done.artifact), record)


def _contents(artifact: Artifact) -> dict[str, str]:
    return {name: artifact.content(name) for name in artifact.names}
