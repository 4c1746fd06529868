"""A bundle of any size: every kind of the language, as many variables as asked for, and no findings."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from compiler.catalog.lock import LockedColumn, LockedSource, render_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 20
FILE = 5_000  # a file may hold no more than 60,000 values
INDICES = 20
# Names as people give them: words in common, and not one letter apart.
_FIRST = (
    "alpine",
    "barley",
    "copper",
    "dairy",
    "estuary",
    "fishery",
    "granite",
    "harbour",
    "inland",
    "jute",
    "kelp",
    "lumber",
    "marble",
    "nickel",
    "orchard",
    "poultry",
    "quarry",
    "river",
)
_SECOND = (
    "advance",
    "bonus",
    "cargo",
    "deposit",
    "entry",
    "freight",
    "grant",
    "hire",
    "insurance",
    "journey",
    "keeper",
    "lease",
    "market",
    "notice",
    "office",
    "permit",
    "quota",
    "rental",
    "storage",
    "transit",
    "upkeep",
    "vendor",
    "warrant",
    "yield",
    "zone",
)
_THIRD = (
    "allowance", "benefit", "charge", "deduction", "expense", "fee", "gain", "holding", "income", "judgment",
    "kickback", "loss", "margin", "offset", "payment", "rebate", "saving", "tariff", "usage", "wage",
)  # fmt: skip
# What a row of a survey file is mapped by: four columns in ten need no parser, as in the recipes we ship.
_FORMS = ("{c}", "{c}", "{c} - {d}", "greatest({c}, 0)", "case when {c} > 0 then {c} else 0 end")


def write_bundle(folder: Path, variables: int) -> int:
    """Write a bundle with about `variables` variables into an empty folder; return its lines of YAML."""
    names = map("_".join, product(_FIRST, _SECOND, _THIRD))
    stored = list(islice(names, variables * 9 // 10))
    views = [f"unit_{name}" for name in stored[: variables - len(stored)]]
    half = len(stored) // 2
    own, drawn = stored[:half], stored[half:]
    files = {
        "bundle.yaml": _BUNDLE,
        "sources.yaml": "\n".join([_SOURCES, *_columns(stored), _SURVEY.replace("DRAWN", _listed(drawn))]),
        "detail.yaml": "\n".join([*_surfaces(own, drawn), _IMPUTATION, *_blocks(own[: half // 2] + drawn)]),
        "uprating.yaml": "\n".join([_UPRATING, *_moves(stored)]),
        "targets.yaml": "\n".join([_TARGETS, *_families(stored, views)]),
    }
    lines = list(_variables(stored, views))
    for start in range(0, len(lines), FILE):
        files[f"variables_{start}.yaml"] = "\n".join(["variables:", *lines[start : start + FILE]])
    for name, text in files.items():
        (folder / name).write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    (folder / "sources.lock").write_text(render_lock(_locks(len(stored))), encoding="utf-8")
    return sum(text.count("\n") + 1 for text in files.values())


def misspell(folder: Path, mistakes: int) -> list[int]:
    """Misspell as many names in the targets of a bundle, a line each; return the lines."""
    path = folder / "targets.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if "sum(" in line][:mistakes]
    for number in found:
        lines[number] = lines[number].replace(") over tax_unit", "s) over tax_unit")
    path.write_text("".join(lines), encoding="utf-8")
    return [number + 1 for number in found]


def _variables(stored: list[str], views: list[str]) -> Iterator[str]:
    for name in stored:
        yield f"  {name}: {{entity: person, type: float, unit: currency-USD}}"
    for name, amount in zip(views, stored, strict=False):
        value = f"sum({amount}) over tax_unit"
        yield f"  {name}: {{entity: person, type: float, unit: currency-USD, value: {value}}}"


def _columns(stored: list[str]) -> Iterator[str]:
    for number, name in enumerate(stored):
        form = _FORMS[number % len(_FORMS)]
        value = form.format(c=f"c{number:05d}", d=f"c{number - 1:05d}")
        yield f'        {name}: {{head: "{value}"}}'


def _surfaces(own: list[str], drawn: list[str]) -> Iterator[str]:
    yield "surfaces:"
    yield f"  shared: {{include: [{_listed(own[: len(own) // 2])}]}}"
    yield f"  donor_only: {{include: [{_listed(drawn)}]}}"
    yield _CLONES


def _blocks(targets: list[str]) -> Iterator[str]:
    for number, start in enumerate(range(0, len(targets), BLOCK)):
        after = f", after: [block_{number - 1}]" if number else ""
        names = _listed(targets[start : start + BLOCK])
        yield f"      block_{number}: {{targets: [{names}], model: {{kind: forest}}{after}}}"


def _moves(stored: list[str]) -> Iterator[str]:
    for index in range(INDICES):
        yield f"      I{index}: [{_listed(stored[index::INDICES])}]"


def _families(stored: list[str], views: list[str]) -> Iterator[str]:
    for name in stored[::10]:
        yield f"      {name}: {{sum: sum({name}) over tax_unit}}"
    yield "validations:\n  totals:\n    aggregates:"
    for name in views or stored[:1]:
        yield f"      {name}: {{sum: {name}, benchmark: 1.0e9, source: a published table, tolerance: 0.1}}"


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _locks(columns: int) -> dict[str, LockedSource]:
    raw = ["year", "hh", "w", "fips", "head_age", *(f"c{number:05d}" for number in range(columns))]
    table = ["measure", "amount"]
    return {
        "donors": _lock("a", 100_000, raw),
        "growth": _lock("b", 20, ["YEAR", *(f"I{index}" for index in range(INDICES))]),
        "published": _lock("c", columns, table, type_="VARCHAR"),
    } | {"survey": _lock("a", 100_000, raw)}


def _lock(digit: str, rows: int, columns: list[str], type_: str = "BIGINT") -> LockedSource:
    facts = {name: LockedColumn(name, "BIGINT", 0, 0.0, 9.0, None) for name in columns}
    facts |= {"measure": LockedColumn("measure", type_, 0, None, None, None)} if "measure" in facts else {}
    facts |= {"year": LockedColumn("year", "BIGINT", 0, 2012.0, 2014.0, None)} if "year" in facts else {}
    return LockedSource(digit * 64, "CC0-1.0", f"data/{digit}.csv", rows, facts)


_BUNDLE = """\
bundle:
  name: generated
  language: 2
  engine: policyengine_us
  period: 2023
  seed: 7
  budget: {memory: 64 GiB}
  pipeline:
    - scaffold: survey
    - clone: support
    - uprate: to_2023
    - calibrate: national
    - export: dataset
    - validate: totals
calibrations:
  national: {weight: household, targets: [published], method: {kind: dual, distance: entropy}}
exports:
  dataset: {parquet: tables}
"""
_SOURCES = f"""\
sources:
  donors:
    title: Persons of one year
    locator: data/units.csv
    sha256: {"a" * 64}
    licence: CC0-1.0
    period: 2012
    where: year = 2012
    population:
      entities:
        household: {{id: hh}}
        family: {{same_as: household}}
        tax_unit: {{id: hh}}
        spm_unit: {{same_as: household}}
        marital_unit: {{couple: [head]}}
        person: {{id: hh * 10 + member}}
      weight: {{of: household, value: w / 100.0, take: first}}
      members: {{head: 1}}
      columns:
        state_fips: fips
        age: {{head: head_age}}"""
_SURVEY = f"""\
  survey:
    like: donors
    title: Persons of another year
    period: 2014
    where: year = 2014
    population:
      drop:
        - {{reason: imputed_by_publisher, variables: [DRAWN]}}
  growth: {{title: Growth of incomes, locator: data/growth.csv, sha256: {"b" * 64}, licence: CC0-1.0}}
  published: {{title: What was published, locator: data/published.csv, sha256: {"c" * 64}, licence: CC0-1.0}}
"""
_CLONES = """\
clones:
  support:
    of: survey
    donor: donors
    imputation: detail
    stored_weight: zero
    internal_start: {twin: 0.5}
    flag: is_clone
    impute: {surface: shared, halves: clone}
    override: {surface: donor_only, halves: both, absent: create}"""
_IMPUTATION = """\
imputations:
  detail:
    donor: {source: donors, uprate: to_2023}
    entity: person
    weights: design
    predictors: [age]
    blocks:"""
_UPRATING = """\
upratings:
  to_2023:
    factors: {source: growth, year: YEAR, concept: growth}
    by:"""
_TARGETS = """\
targets:
  published:
    source: published
    period: 2023
    value: amount
    entity: tax_unit
    family: measure
    families:"""
