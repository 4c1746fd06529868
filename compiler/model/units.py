"""How tax units follow from who lives together: by the rules of a library."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import Expression, Items, Name, Spec
from compiler.model.words import meanings

Asked = tuple[str | int, tuple[str | int, ...], str]

_TYPES = {
    "line": "int", "spouse": "int", "relationship": "int", "marital_status": "int", "age": "int",
    "is_student": "bool", "is_disabled": "bool",
    "gross_income": "float", "social_security": "float", "total_income": "float",
}  # fmt: skip


class Given(Spec):
    """What the rules say of every person; what has no name here is not read."""

    role: Name | None = Field(None, description="HEAD, SPOUSE or DEPENDENT.", examples=["tax_unit_role"])
    related: Name | None = Field(
        None, description="Whether somebody is related to head or spouse.", examples=["is_related"]
    )


class Rules(Spec):
    """Tax units that published rules make of those who live together: who files, who is whose dependant.

    What is asked of a person are expressions over the row; codes are those of the CPS supplement.
    """

    by: Annotated[str, Field(pattern=r"^microunit==[0-9]+(\.[0-9]+)*$")] = Field(
        description="The library that knows the rules, and its version; a run needs it installed.",
        examples=["microunit==0.1.1"],
    )
    mode: Literal["policyengine", "census_documented"] = Field(
        "policyengine",
        description="Which of its rules.",
        json_schema_extra=meanings(
            policyengine="Children by the law's tests of age, study, disability, relation and income.",
            census_documented="What the Census Bureau documents of its own tax model.",
        ),
    )
    line: Expression = Field(description="The number of a person in the household.", examples=["A_LINENO"])
    spouse: Expression = Field(
        description="The number of the spouse, 0 where none is there.", examples=["A_SPOUSE"]
    )
    parents: Items[Expression] = Field(
        min_length=2,
        max_length=2,
        description="The numbers of both parents, 0 or less where one is not there.",
        examples=[["PEPAR1", "PEPAR2"]],
    )
    relationship: Expression = Field(
        description="To the reference person, as codes of A_EXPRRP.", examples=["A_EXPRRP"]
    )
    marital_status: Expression = Field(description="As codes of A_MARITL.", examples=["A_MARITL"])
    age: Expression = Field(description="In whole years.", examples=["A_AGE"])
    is_student: Expression = Field(
        description="Whether somebody counts as a full-time student.", examples=["A_FTPT = 1"]
    )
    is_disabled: Expression = Field(
        description="Whether somebody is permanently disabled.", examples=["PEDISPHY = 1"]
    )
    gross_income: Expression = Field(
        description="What the limit on a dependant's income is about.", examples=["greatest(WSAL_VAL, 0)"]
    )
    social_security: Expression = Field(
        description="Benefits, which count for who claims a child, and not as a dependant's income.",
        examples=["SS_VAL"],
    )
    total_income: Expression = Field(
        description="All money income: who has more of it claims a child.", examples=["PTOTVAL"]
    )
    gives: Given | None = Field(
        None, description="Names under which expressions over the row read what follows."
    )

    @property
    def given(self) -> dict[str, str]:
        """By what is given, the name it is read by."""
        found = {} if self.gives is None else {"role": self.gives.role, "related": self.gives.related}
        return {what: name for what, name in found.items() if name is not None}

    @property
    def library(self) -> str:
        """The name of the library, without its version."""
        return self.by.partition("==")[0]

    @property
    def version(self) -> str:
        """The version that it must have."""
        return self.by.partition("==")[2]

    @property
    def asked(self) -> dict[str, Asked]:
        """What is asked of every person: by name the expression, its path, and the type it has."""
        one: dict[str, Asked] = {name: (getattr(self, name), (name,), kind) for name, kind in _TYPES.items()}
        return one | {f"parent_{n + 1}": (each, ("parents", n), "int") for n, each in enumerate(self.parents)}
