"""What the compiler knows of a frame, and the slices that nodes read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler_bundles import base_bundle, edit, findings

from compiler.diagnostics import Span
from compiler.expressions import parse
from compiler.frame import Column, Frame, View
from compiler.plan import ColumnRef

if TYPE_CHECKING:
    from pathlib import Path

HERE = Span("a.yaml")


def _column(name: str, entity: str = "person", node: str = "source.a", rows: int = 1) -> Column:
    return Column(name, entity, "float", None, 2023, ColumnRef(node, rows), HERE)


def _view(name: str, text: str, entity: str = "person") -> View:
    return View(name, entity, "float", parse(text), HERE)


FRAME = Frame(
    ("source.a",),
    {c.name: c for c in (_column("age"), _column("wages"), _column("rent", "household"))},
    {
        v.name: v
        for v in (
            _view("a_share", "z_total / wages"),
            _view("z_total", "sum(wages) over tax_unit"),
            _view("old", "age > 64"),
        )
    },
)


def test_slice_holds_the_named_columns_by_entity_and_nothing_else() -> None:
    """A node depends on what it reads, and on no other column of the frame."""
    read = FRAME.slice({"age", "rent"})
    assert {entity: list(columns) for entity, columns in read.columns.items()} == {
        "household": ["rent"],
        "person": ["age"],
    }
    assert read.views == ()


def test_views_are_unfolded_in_an_order_they_can_be_computed_in() -> None:
    """A view stands behind the views it reads, whatever their names, and its stored columns are read."""
    read = FRAME.slice({"a_share"})
    assert [view[0] for view in read.views] == ["z_total", "a_share"]
    assert list(read.columns["person"]) == ["wages"]


def test_stored_column_hides_a_view_of_its_name() -> None:
    """Once something is written, it is read instead of being computed again."""
    stored = FRAME.with_columns([_column("z_total", node="impute.b")])
    read = stored.slice({"z_total"})
    assert read.views == ()
    assert read.columns["person"]["z_total"].node == "impute.b"


def test_slice_reads_from_the_writers_of_its_columns_and_rows() -> None:
    """The nodes of a slice are those that define its rows and those that wrote its columns last."""
    after = FRAME.with_rows("clone.b", 2).with_columns([_column("wages", node="uprate.c", rows=2)])
    assert after.slice({"wages", "age"}).nodes() == {"source.a", "clone.b", "uprate.c"}
    assert after.slice({"wages"}).columns["person"]["wages"] == ColumnRef("uprate.c", 2)
    assert after.ref("x") == ColumnRef("x", 2)


def test_steps_leave_the_frame_before_them_as_it_was() -> None:
    """Frames are values: a later step cannot change what an earlier node reads."""
    before = FRAME.slice({"wages"})
    FRAME.with_rows("clone.b", 2).with_columns([_column("wages", node="uprate.c", rows=2)])
    assert FRAME.slice({"wages"}) == before


def test_a_long_chain_of_views_is_followed_once(tmp_path: Path) -> None:
    """Views that read the two before them, twice over, take neither exponential time nor deep recursion."""
    bundle, most = base_bundle(tmp_path / "bundle"), 600
    chain = [
        f"v{n}: {{entity: person, type: float, value: v{n - 1} * v{n - 1} + v{n - 2}}}"
        for n in range(2, most)
    ]
    first = [
        "v0: {entity: person, type: float, value: age}",
        "v1: {entity: person, type: float, value: nage}",
    ]
    lines = "".join(f"  {line}\n" for line in (*first, *chain))
    (bundle / "chain.yaml").write_text(f"variables:\n{lines}", encoding="utf-8")
    edit(bundle, "finish.yaml", "sum: snap", f"sum: v{most - 1}")
    (said,) = findings(bundle)
    assert said.startswith("chain.yaml:3:44 SPC202 `nage` ")
    edit(bundle, "chain.yaml", "nage", "age")
    assert not [line for line in findings(bundle) if line.startswith("chain.yaml")]
