"""The `sources` kind: where raw data come from, how rows become entities and columns become variables."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Expression, Items, LayoutPath, Name, Spec, Year
from compiler.model.populations import Population
from compiler.model.tables import Comment, Digest, File, Joined, Locator, check_files, content_of, parts_of
from compiler.model.words import meanings, shared

LeftOutReason = Annotated[
    Literal[
        "aggregate_record", "outside_universe", "duplicate", "imputed_by_publisher", "intentional_divergence"
    ],
    Field(
        json_schema_extra=shared("LeftOutReason", "Why rows are left out.")
        | meanings(
            aggregate_record="A row that sums up many records.",
            outside_universe="It is about somebody whom the dataset does not cover.",
            duplicate="Another row is about the same.",
            imputed_by_publisher="Nobody was asked; the publisher made it up.",
            intentional_divergence="Left out on purpose; `note` says why.",
        )
    ),
]


class LeftOut(Spec):
    """Rows of the file that nobody is made of, and why. A rule that matches no row is an error."""

    where: Expression = Field(description="Which of the rows that are used are left out.")
    reason: LeftOutReason = Field(description="The kind of reason.")
    note: str = Field(min_length=5, description="What these rows are, and where their amounts went.")


class Aggregates(Spec):
    """Rows that sum up records, and the ordinary rows that their records are made like."""

    where: Expression = Field(description="Which rows sum up records.", examples=["RECID = 999996"])
    records: Annotated[int, Field(ge=1, le=100_000)] = Field(
        description="Into how many records each is split.", examples=[20]
    )
    pool: Expression = Field(
        description="Which of the ordinary rows a record may be like; one is drawn by its weight.",
        examples=["E00100 < 0"],
    )


class Split(Spec):
    """Rows that sum up records, by which a publisher hides them, become records again.

    A record is a drawn ordinary row, with its amounts moved: all records together have the weighted totals of
    the row they were split of.
    """

    id: Name = Field(description="The column of row numbers; records get new ones.", examples=["RECID"])
    weight: Name = Field(
        description="The column of weights, which the records of a row share evenly; its amounts are "
        "averages over it.",
        examples=["S006"],
    )
    alike: Items[Name] = Field(
        (),
        description="Columns that are no amounts, such as codes: a record has what the drawn row has.",
        examples=[["MARS", "XTOT"]],
    )
    of: Items[Aggregates] = Field(min_length=1, description="The rows, and what their records are like.")
    note: str = Field(min_length=5, description="What these rows sum up, and who says so.")


class Source(Spec):
    """What somebody published: a file, or several, pinned by digest."""

    title: str = Field(min_length=3, description="What it is, for people.")
    locator: Locator | None = Field(
        None,
        min_length=1,
        description="Where it is: `pypi:NAME==VERSION/PATH`, an `https:` address, or a path in the bundle. "
        "After `.zip!` a member of the archive; after `.db!` or `.sqlite!` a table or view of the database. "
        "What it is shows in its bytes: CSV, JSON (objects in a list, lists by column, or `columns` beside "
        "rows of `data`), both plain or gzipped, or Parquet.",
        examples=[
            "pypi:taxcalc==6.8.5/taxcalc/growfactors.csv",
            "data/people.csv",
            "data/asec.zip!pppub25.csv",
            "data/policy_data.db!targets",
        ],
    )
    sha256: Digest | None = Field(
        None,
        description="Digest of the file, of the whole archive where it is a member of one; `specc sources "
        "lock` tells what it is. Or `none:` and why: such a file comes from the folder of `--sources`.",
    )
    comment: Comment | None = Field(
        None,
        description="What lines of the file begin with that are no data; they are skipped.",
        examples=["#"],
    )
    files: Items[File] = Field(
        (), description="Several files with the same columns, one after another, in place of `locator`."
    )
    licence: str = Field(
        min_length=2, description="Under which terms the data may be used.", examples=["CC0-1.0"]
    )
    period: Year | None = Field(None, description="The year its amounts are of.")
    where: Expression | None = Field(
        None,
        description="Which rows are used, over the raw columns: a selection, such as a year. What is dropped "
        "of it: `leave_out`.",
        examples=["year = 2014"],
    )
    leave_out: Items[LeftOut] = Field(
        (),
        description="Rows of microdata that are dropped, and why.",
        examples=[
            [{"where": "RECID >= 999996", "reason": "aggregate_record", "note": "sums of many returns"}]
        ],
    )
    split: Split | None = Field(
        None,
        description="Rows that sum up many records become records again, before any is left out.",
    )
    join: dict[Name, Joined] = Field(
        {}, description="Further files by name, whose columns the rows take by their keys."
    )
    layout: LayoutPath | None = Field(
        None,
        description="The documented columns of the file: the lock holds these, from the file or, where it "
        "cannot be had, as they are documented.",
    )
    population: Population | None = Field(None, description="Set for microdata; a plain table has none.")

    @model_validator(mode="after")
    def _has_files(self) -> Self:
        check_files(self.locator, self.comment, self.sha256, self.files, "a source")
        if self.join and self.population is None:
            raise ValueError("files are joined to the rows of microdata; add `population:`")
        return self

    @cached_property
    def parts(self) -> tuple[File, ...]:
        """Its files, one after another."""
        return parts_of(self.locator, self.comment, self.sha256, self.files)

    @cached_property
    def content(self) -> str:
        """What tells its table from others: of one file the digest."""
        return content_of(self.parts)

    @model_validator(mode="after")
    def _rows_of_microdata(self) -> Self:
        if self.split is not None and self.population is None:
            raise ValueError("only rows of microdata can be split into records; add `population:`")
        if self.leave_out and self.population is None:
            raise ValueError(
                "a plain table leaves no rows out; write `leave_out:` in the target that reads it"
            )
        return self
