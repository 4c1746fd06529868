"""Sidecars: one in-toto Statement v1 an artifact, one a run, with SLSA provenance v1 as the predicate.

Unsigned and self-attested. Whatever may differ between two equal runs (times, memory, host, invocation, what
was reused) is under `predicate.runDetails.metadata` and nowhere else; `without_volatile` drops that subtree,
and the rest is equal. Shapes: https://in-toto.io/Statement/v1, https://slsa.dev/spec/v1.0/provenance.
"""

from __future__ import annotations

import copy
import platform
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING

from runtime.durable import canonical_json, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runtime.content import Fingerprint
    from runtime.store.outputs import Output

__all__ = [
    "Attempt",
    "Dependency",
    "Findings",
    "NodeOutcome",
    "Step",
    "artifact_manifest",
    "canonical_json",
    "package_versions",
    "run_manifest",
    "without_volatile",
    "write_atomically",
]

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
BUILDER = "urn:specc:builder"
OURS = "x-specc"
PACKAGES = (
    "duckdb",
    "numba",
    "numpy",
    "policyengine-core",
    "policyengine-us",
    "polars",
    "pyarrow",
    "scikit-learn",
    "scipy",
    "specc",
)

Json = dict[str, object]


@dataclass(frozen=True)
class Dependency:
    """Something that was read: a source file or an upstream output; `digests` is hex by algorithm."""

    name: str
    uri: str
    digests: Mapping[str, str]
    annotations: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> Json:
        """Return the SLSA ResourceDescriptor."""
        described: Json = {"name": self.name, "uri": self.uri, "digest": dict(self.digests)}
        return {**described, "annotations": dict(self.annotations)} if self.annotations else described


@dataclass(frozen=True)
class Step:
    """Which node was built, and from what; `key` is the hash of `key_document`, `external` the request."""

    address: str
    key: str
    key_document: Mapping[str, object]
    external: Mapping[str, object]
    dependencies: Sequence[Dependency] = ()


@dataclass(frozen=True)
class Attempt:
    """One go at it: everything that may differ between two equal runs.

    Times are ISO 8601 with offset, `wall_seconds`, `cpu_seconds` (of all processors) and `peak_bytes` what
    was measured, `device_bytes` what was held on CUDA devices (`allocated`, `reserved`), `expected` what the
    plan's model had said of seconds and bytes (`seconds`, `bytes`), `host` what is worth knowing of the
    machine.
    """

    invocation_id: str
    started_on: str
    finished_on: str
    wall_seconds: float | None = None
    peak_bytes: int | None = None
    host: Mapping[str, object] = field(default_factory=dict)
    expected: Mapping[str, float] = field(default_factory=dict)
    cpu_seconds: float | None = None
    device_bytes: Mapping[str, int] | None = None

    def as_json(self) -> Json:
        """Return the volatile subtree."""
        measured = {
            "wallSeconds": self.wall_seconds,
            "cpuSeconds": self.cpu_seconds,
            "peakBytes": self.peak_bytes,
            "deviceBytes": self.device_bytes and dict(self.device_bytes),
            "host": dict(self.host),
            "expected": dict(self.expected),
        }
        ours = {name: value for name, value in measured.items() if value not in (None, {})}
        times = {"startedOn": self.started_on, "finishedOn": self.finished_on}
        return {"invocationId": self.invocation_id, **times, OURS: ours}


@dataclass(frozen=True)
class Findings:
    """What is said of the data itself: seed stream, determinism, rows, weights, columns.

    `rows` is by entity, `weight_sums` by weight column, `columns` by file and column. `schema` (by file),
    `lineage` and `assertions` have the shapes of OpenLineage's facets; `hits` are the rows left out, copied
    and overridden.
    """

    seed_stream: str | None = None
    determinism: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    weight_sums: Mapping[str, float] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Fingerprint]] = field(default_factory=dict)
    schema: Mapping[str, object] = field(default_factory=dict)
    lineage: Mapping[str, object] = field(default_factory=dict)
    assertions: Sequence[Mapping[str, object]] = ()
    hits: Mapping[str, object] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> Json:
        """Return the fields that are known; `more` adds to them and cannot replace one."""
        columns = {
            file: {name: each.as_json() for name, each in prints.items()}
            for file, prints in self.columns.items()
        }
        known = {
            "seedStream": self.seed_stream,
            "determinism": self.determinism,
            "rows": dict(self.rows),
            "weightSums": dict(self.weight_sums),
            "columns": columns,
            "schema": dict(self.schema),
            "columnLineage": dict(self.lineage),
            "assertions": [dict(each) for each in self.assertions],
            "hits": dict(self.hits),
        }
        return {**self.more, **{name: value for name, value in known.items() if value not in (None, {}, [])}}


@dataclass(frozen=True)
class NodeOutcome:
    """One node of a run: `action` is what was done (`reused`, `built`), `contents` its digests by file.

    `record` is the SHA-256 (hex) of the node's manifest in its one spelling, without the volatile subtree.
    """

    address: str
    key: str
    action: str
    contents: Mapping[str, str] = field(default_factory=dict)
    record: str | None = None

    def as_json(self) -> Json:
        """Return what a run's manifest says of the node in every run."""
        said: Json = {"address": self.address, "key": self.key, "contents": dict(self.contents)}
        return said if self.record is None else {**said, "record": self.record}


def artifact_manifest(
    step: Step,
    attempt: Attempt,
    findings: Findings,
    *,
    outputs: Sequence[Output] = (),
    byproducts: Sequence[str] = (),
) -> Json:
    """Return the sidecar of one artifact; without `outputs` the store fills its files in on commit."""
    definition = {
        "buildType": "urn:specc:build:node:1",
        "externalParameters": dict(step.external),
        "internalParameters": {
            "address": step.address,
            "key": step.key,
            "keyDocument": dict(step.key_document),
        },
        "resolvedDependencies": [each.as_json() for each in step.dependencies],
    }
    predicate = {
        "buildDefinition": definition,
        "runDetails": _details(attempt.as_json(), [{"name": name} for name in byproducts]),
        OURS: findings.as_json(),
    }
    statement: Json = {"_type": STATEMENT, "predicateType": PREDICATE, "predicate": predicate}
    return {**statement, "subject": [each.as_subject() for each in outputs]} if outputs else statement


def run_manifest(
    plan_key: str,
    nodes: Iterable[NodeOutcome],
    attempt: Attempt,
    *,
    spec_files: Mapping[str, str],
    outputs: Sequence[Output] = (),
    numbers: Sequence[str] = (),
    external: Mapping[str, object] | None = None,
) -> Json:
    """Return the sidecar of one run; `spec_files` is SHA-256 (hex) by path in the bundle.

    `numbers` are the keys under which the store keeps what was counted of it.

    What the run did to a node (built it, reused it) is volatile: a second run of one plan reuses what the
    first built.
    """
    done = sorted(nodes, key=lambda node: node.address)
    volatile = {**attempt.as_json(), "x-specc-actions": {node.address: node.action for node in done}}
    files = [
        Dependency(path, f"spec:{path}", {"sha256": spec_files[path]}).as_json()
        for path in sorted(spec_files)
    ]
    definition = {
        "buildType": "urn:specc:build:run:1",
        "externalParameters": dict(external or {}),
        "internalParameters": {"planKey": plan_key},
        "resolvedDependencies": files,
    }
    ours = {"nodes": [node.as_json() for node in done], "numbers": sorted(numbers)}
    predicate = {"buildDefinition": definition, "runDetails": _details(volatile, []), OURS: ours}
    subjects = [each.as_subject() for each in outputs]
    return {"_type": STATEMENT, "predicateType": PREDICATE, "predicate": predicate, "subject": subjects}


def package_versions(names: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Return the version of Python and of those packages that are installed."""
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # nothing was computed with it
            continue
    return found


def without_volatile(manifest: Mapping[str, object]) -> Json:
    """Return a copy without `predicate.runDetails.metadata`: equal for two equal runs."""
    stable = copy.deepcopy(dict(manifest))
    match stable:
        case {"predicate": {"runDetails": {"metadata": _} as details}}:
            del details["metadata"]
    return stable


def _details(volatile: Json, byproducts: list[dict[str, str]]) -> Json:
    builder = {"id": BUILDER, "version": package_versions()}
    return {"builder": builder, "metadata": volatile, "byproducts": byproducts}
