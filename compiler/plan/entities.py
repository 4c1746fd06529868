"""The entities of a frame, persons first, and the group entities that persons belong to."""

ENTITIES = ("person", "household", "tax_unit", "family", "spm_unit", "marital_unit")
GROUPS = ENTITIES[1:]
