"""The summary of a clone, `NAME_clone_summary.json`, as a JSON Schema."""

from __future__ import annotations

import json
from typing import Any

from compiler.model.base import ENTITIES
from specc.language import DIALECT

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_MAYBE_TEXT: Json = {"type": ["string", "null"]}
_WHOLE: Json = {"type": "integer", "minimum": 0}
_NUMBER: Json = {"type": "number"}
_SHARE: Json = {"type": ["number", "null"], "minimum": 0, "maximum": 1}


def clone_schema_text() -> str:
    """Return the schema as a file: equal shapes give equal bytes."""
    return json.dumps(clone_schema(), indent=2, ensure_ascii=False) + "\n"


def clone_schema() -> Json:
    """Return the JSON Schema (2020-12) of a clone's summary. A summary holds every key, and no others."""
    shape = _object(
        format=_said({"const": "specc clone summary 1"}, "What this file is."),
        clone=_said(_TEXT, "The clone's name."),
        enabled=_said({"type": "boolean"}, "Whether any row was copied."),
        **_origin(),
        rows=_said(
            _object(**{e: _object(original=_WHOLE, clone=_WHOLE, final=_WHOLE) for e in ENTITIES}),
            "Rows by entity: those that are no copies and the copies, as the clone left them, and all rows "
            "of the last frame that has them.",
        ),
        **_weights(),
        **_variables(),
        households=_said(
            _object(original=_WHOLE, clone=_WHOLE, mixed=_WHOLE),
            "Households of the last frame by the flags of their members: all, none, some of them.",
        ),
        problems=_said(
            _list(_object(severity={"const": "error"}, problem=_TEXT, households=_WHOLE,
                          first_ids=_list({"type": "integer"}))),
            "What contradicts itself, with the ids of the first ten households.",
        ),
        calibrations=_said(_map(_calibrated()), "By calibration, what it made of the clones."),
    )  # fmt: skip
    return {"$schema": DIALECT, "title": "specc clone summary", **shape}


def _origin() -> Json:
    return {
        "scaffold": _said(
            _MAYBE_TEXT, "The source that is copied; null where the copies came with a source."
        ),
        "donor": _said(_MAYBE_TEXT, "Whose values the copies take."),
        "donor_sources": _said(_list(_TEXT), "The sources that the donor is made of."),
        "imputation": _said(_MAYBE_TEXT, "What draws the values."),
        "stored_weight": _said(
            {"enum": ["zero", "split", None]}, "The weight of the copies before calibration."
        ),
        "internal_start": _said({"type": ["object", "null"]}, "The share of the copies inside the solver."),
        "flags": _said(_map(_TEXT), "By entity, the variable that tells copies."),
        "clone_order": _said(_list(_TEXT), "All clones of the frame, in the order of their rows."),
        "non_person_mapping": _said(_MAYBE_TEXT, "How values come to entities other than persons."),
    }


def _weights() -> Json:
    return {
        "original_weight_sum": _said(_NUMBER, "The households' weights before the clone."),
        "clone_initial_weight_sum": _said(_NUMBER, "The stored weights of the copies, before calibration."),
        "clone_internal_weight_sum": _said(_NUMBER, "The weights of the copies that the solver starts from."),
        "starts_activatable": _said(
            {"type": "boolean"}, "Whether a copy starts above zero inside the solver."
        ),
    }


def _variables() -> Json:
    parity = _object(names=_WHOLE, included=_WHOLE, excluded=_map(_WHOLE))
    return {
        "clone_variables": _said(_WHOLE, "Variables that the clone writes onto copies."),
        "overlap_variables": _said(_WHOLE, "Those of them that originals keep their own values of."),
        "both_halves_variables": _said(_WHOLE, "Those that it writes onto originals too."),
        "created_variables": _said(_WHOLE, "Those that the frame did not have before."),
        "lists": _said(_map(parity), "By reference list, its names: included, and left out by reason."),
    }


def _calibrated() -> Json:
    return _object(
        clone_households=_said(_WHOLE, "Households all of whose members are copies."),
        active_households=_said(_WHOLE, "Those with a weight to speak of."),
        active_share=_said(_SHARE, "Their share of the copied households."),
        clone_weight_sum=_said(_NUMBER, "The weight of copied households."),
        weight_sum=_said(_NUMBER, "The weight of all households."),
        clone_weight_share=_said(_SHARE, "The share of the copies."),
    )


def _said(schema: Json, description: str) -> Json:
    return {**schema, "description": description}


def _object(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _map(value: Json) -> Json:
    return {"type": "object", "additionalProperties": value}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}
