"""Croissant 1.0 metadata of a published dataset, JSON-LD that catalogues and loaders of data sets read.

It describes the Parquet tables of an export: files with digests, a record set a table, a field a column,
and how persons refer to their groups. It says nothing of when it was made, so that equal datasets have equal
descriptions: the version is the plan's key. See https://docs.mlcommons.org/croissant/docs/croissant-spec.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan import ENTITIES, GROUPS
from runtime.facets import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan import Node, Plan
    from runtime.store import Artifact, Output

Json = dict[str, Any]
FILE = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_PARQUET = "application/x-parquet"
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
# Arrow's names of types, as the sidecars have them.
_TYPES = (("bool", "sc:Boolean"), ("int", "sc:Integer"), ("uint", "sc:Integer"), ("float", "sc:Float"),
          ("double", "sc:Float"), ("date", "sc:Date"))  # fmt: skip


def croissant(plan: Plan, node: Node, artifact: Artifact) -> Json:
    """Return the description of the Parquet tables of an export."""
    tables = {f"{node.parameters['parquet']}/{entity}.parquet": entity for entity in ENTITIES}
    files = [_file(artifact.outputs[name]) for name in tables]
    facts = plan.metadata.get("surface", {}).get(node.address, {})
    sets = [_record_set(name, entity, _fields(artifact, name), facts) for name, entity in tables.items()]
    sample = f", a sample of {plan.sample:.4g} of its households" if plan.sample else ""
    sample += f", without {' and '.join(plan.without)}" if plan.without else ""
    name = node.address.partition(".")[2]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": plan.bundle if name == plan.bundle else f"{plan.bundle}_{name}",
        "description": (
            f"Survey microdata for {plan.period}, built by specc from the bundle {plan.bundle}{sample}. "
            f"Weights are in household_weight of {tables_of('household', node)}."
        ),
        "version": f"0.0.0+{plan.key[:12]}",
        "citeAs": f"{plan.bundle} for {plan.period}, plan {plan.key[:12]}; from {'; '.join(_sources(plan))}",
        "license": _licences(plan),
        "isBasedOn": _sources(plan),
        "distribution": files,
        "recordSet": sets,
    }


def _fields(artifact: Artifact, name: str) -> list[Json]:
    match artifact.manifest:
        case {"predicate": {"x-specc": {"schema": dict(said)}}} if name in said:
            fields: Any = said[name]["fields"]
        case _:  # an older specc wrote the manifest
            fields = schema(artifact.path(name))["fields"]
    return list(fields)


def tables_of(entity: str, node: Node) -> str:
    """Return where an export publishes the table of an entity."""
    return f"{node.parameters['parquet']}/{entity}.parquet"


def _licences(plan: Plan) -> list[str]:
    return sorted({file["licence"] for file in plan.metadata["files"].values() if file.get("licence")})


def _sources(plan: Plan) -> list[str]:
    return sorted({file["title"] for file in plan.metadata["files"].values() if file.get("title")})


def _file(output: Output) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": output.name,
        "name": output.name,
        "contentUrl": output.name,
        "contentSize": f"{output.size} B",
        "encodingFormat": _PARQUET,
        "sha256": output.sha256,
    }


def _record_set(file: str, entity: str, fields: list[Json], facts: Mapping[str, Json]) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": entity,
        "name": entity,
        "key": {"@id": f"{entity}/{entity}_id"},
        "field": [_field(file, entity, field, facts.get(field["name"], {})) for field in fields],
    }


def _field(file: str, entity: str, field: Json, facts: Json) -> Json:
    name = field["name"]
    said: Json = {
        "@type": "cr:Field",
        "@id": f"{entity}/{name}",
        "name": name,
        "dataType": next((type_ for word, type_ in _TYPES if field["type"].startswith(word)), "sc:Text"),
        "source": {"fileObject": {"@id": file}, "extract": {"column": name}},
    }
    if facts.get("unit"):
        said["description"] = f"in {facts['unit']}"
    group = name.removeprefix("person_").removesuffix("_id")
    if entity == "person" and group in GROUPS:
        said["references"] = {"field": {"@id": f"{group}/{group}_id"}}
    return said
