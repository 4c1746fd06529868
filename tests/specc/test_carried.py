"""Who carries facts is told in a line: originals alone, each clone beside them, and all of several."""

from __future__ import annotations

from specc.render.carried import carried_rows


def test_each_clone_is_told_beside_the_originals() -> None:
    """What several clones do together is said where there are several."""
    few = {"originals": 1190, "with": {"puf": 164, "tail": 40}, "all": 34}
    assert carried_rows(few) == [
        ["originals alone", "1,190"], ["originals and puf", "164"], ["originals and tail", "40"],
        ["all", "34"],
    ]  # fmt: skip
    assert carried_rows({"originals": 3, "with": {"puf": 2}, "all": 2}) == [
        ["originals alone", "3"], ["originals and puf", "2"],
    ]  # fmt: skip
