"""The matrix of a run's facts over the records of another dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.operations.fact_join import contributions
from runtime.operations.matrix import PLACE, measure_of, numbered_facts, records_of
from runtime.operations.matrix_file import built

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from scipy.sparse import csr_matrix

    from runtime.others.dataset import TablesReader

Target = dict[str, Any]
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Counted:
    """A matrix, and which families it could not count: by TARGET.FAMILY the columns that are not there."""

    matrix: csr_matrix
    lacking: dict[str, tuple[str, ...]]


def needed(targets: Mapping[str, Target], views: Iterable[tuple[str, str, str, str]]) -> dict[str, set[str]]:
    """Return by TARGET.FAMILY every word of what is read to count it, views unfolded."""
    written = {name.casefold(): text for name, _, _, text in views}
    found: dict[str, set[str]] = {}
    for name, target in targets.items():
        shared = [target["domain"], target["band"], *target["match"]]
        shared.append(None if target["place"] is None else target["place"]["variable"])
        for family, text in target["families"].items():
            found[f"{name}.{family}"] = _words([*shared, text], written)
    return found


def _words(texts: Iterable[str | None], views: Mapping[str, str]) -> set[str]:
    waiting = [text for text in texts if text is not None]
    found: set[str] = set()
    while waiting:
        for word in set(_WORD.findall(waiting.pop().casefold())) - found:
            found.add(word)
            waiting += [views[word]] if word in views else []
    return found


def count(
    reader: TablesReader, targets: Mapping[str, Target], paths: Mapping[str, Path], columns: Iterable[str]
) -> Counted:
    """Count what every household adds to every fact.

    Args:
        reader: the dataset.
        targets: as the matrix of the run has them.
        paths: by target its facts.
        columns: those that the run reads to count them.
    """
    there = {name.casefold() for name in reader.entity_of}
    absent = {name.casefold(): name for name in columns if name.casefold() not in there}
    words = needed(targets, reader.frame.views)
    lacking = {
        family: tuple(sorted(absent[word] for word in read & absent.keys())) for family, read in words.items()
    }
    lacking = {family: names for family, names in lacking.items() if names}
    tables, triples = numbered_facts(targets, paths), list[pl.DataFrame]()
    for name, target in targets.items():
        families = {f: text for f, text in target["families"].items() if f"{name}.{f}" not in lacking}
        if families:
            triples += _counted(reader, name, {**target, "families": families}, tables[name])
    facts = sum(table.height for table in tables.values())
    return Counted(built(triples, reader.count("household"), facts), lacking)


def _counted(reader: TablesReader, name: str, target: Target, facts: pl.DataFrame) -> list[pl.DataFrame]:
    records = records_of(reader, name, target)
    place = None if target["place"] is None else PLACE
    return [
        contributions(records, own, measure_of(str(measure)), target["match"], place)
        for (_, measure), own in facts.group_by(["family", "measure"], maintain_order=True)
        if measure in target["families"]
    ]
