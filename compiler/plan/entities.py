"""The entities of a frame, persons first, the groups that persons belong to, and the weight of households."""

ENTITIES = ("person", "household", "tax_unit", "family", "spm_unit", "marital_unit")
GROUPS = ENTITIES[1:]
# The column of households that says how many of the population each stands for.
WEIGHT = "household_weight"


def flags_of(said: str | dict[str, str]) -> dict[str, str]:
    """Return the flag of each entity that has one: by a stem for all of them, or each by its name."""
    return {entity: f"{entity}_{said}" for entity in ENTITIES} if isinstance(said, str) else said
