"""The engine's entities and the names of the columns that tie them together."""

from __future__ import annotations

PERSON = "person"
HOUSEHOLD = "household"
# Every one of them is required by the dataset loader of the engine, even where a spec has no use for it.
GROUPS = (HOUSEHOLD, "tax_unit", "spm_unit", "family", "marital_unit")
ENTITIES = (PERSON, *GROUPS)


def id_of(entity: str) -> str:
    """Return the column that identifies the rows of an entity."""
    return f"{entity}_id"


def membership_of(group: str) -> str:
    """Return the person column that says which group of this kind a person belongs to."""
    return f"{PERSON}_{group}_id"


STRUCTURE = frozenset([*map(id_of, ENTITIES), *map(membership_of, GROUPS)])
