"""The entities of a frame, persons first, the groups that persons belong to, and the weight of households."""

ENTITIES = ("person", "household", "tax_unit", "family", "spm_unit", "marital_unit")
GROUPS = ENTITIES[1:]
# The column of households that says how many of the population each stands for.
WEIGHT = "household_weight"
