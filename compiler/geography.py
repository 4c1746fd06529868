"""Places of the United States: how tables code them, and which variable of the frame holds them."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

Level = Literal["nation", "state", "district", "county"]
Coded = Literal["fips", "postal", "name", "geoid"]


class State(NamedTuple):
    """A state, the District of Columbia or Puerto Rico; seats in the House by the census of 2020."""

    postal: str
    fips: str
    name: str
    seats: int


# Postal code, FIPS code, name, seats; those without a vote (DC, PR) have one delegate.
_TABLE = """
AL 01 Alabama 7|AK 02 Alaska 1|AZ 04 Arizona 9|AR 05 Arkansas 4|CA 06 California 52|CO 08 Colorado 8
CT 09 Connecticut 5|DE 10 Delaware 1|DC 11 District of Columbia 1|FL 12 Florida 28|GA 13 Georgia 14
HI 15 Hawaii 2|ID 16 Idaho 2|IL 17 Illinois 17|IN 18 Indiana 9|IA 19 Iowa 4|KS 20 Kansas 4|KY 21 Kentucky 6
LA 22 Louisiana 6|ME 23 Maine 2|MD 24 Maryland 8|MA 25 Massachusetts 9|MI 26 Michigan 13|MN 27 Minnesota 8
MS 28 Mississippi 4|MO 29 Missouri 8|MT 30 Montana 2|NE 31 Nebraska 3|NV 32 Nevada 4|NH 33 New Hampshire 2
NJ 34 New Jersey 12|NM 35 New Mexico 3|NY 36 New York 26|NC 37 North Carolina 14|ND 38 North Dakota 1
OH 39 Ohio 15|OK 40 Oklahoma 5|OR 41 Oregon 6|PA 42 Pennsylvania 17|RI 44 Rhode Island 2
SC 45 South Carolina 7|SD 46 South Dakota 1|TN 47 Tennessee 9|TX 48 Texas 38|UT 49 Utah 4|VT 50 Vermont 1
VA 51 Virginia 11|WA 53 Washington 10|WV 54 West Virginia 2|WI 55 Wisconsin 8|WY 56 Wyoming 1
PR 72 Puerto Rico 1
"""

# The frame's variable of a level, and the digits of its code: '06', '0601', '06037'.
VARIABLES: dict[Level, str] = {
    "state": "state_fips", "district": "congressional_district_geoid", "county": "county_fips",
}  # fmt: skip
WIDTHS: dict[Level, int] = {"state": 2, "district": 4, "county": 5}
# The summary level of a GEO_ID; that of a district names its Congress.
_GEO_IDS: dict[Level, str] = {"state": "0400000US", "district": "500[0-9]{2}00US", "county": "0500000US"}
# What the one seat of a state is numbered: 00 by the Census (98 for a delegate), 01 by others.
_AT_LARGE = ("00", "01", "98")
# Variables that hold a place, with the level they are of and how their values are coded.
PLACES: dict[str, tuple[Level, Coded]] = {
    "state_fips": ("state", "fips"),
    "state_code": ("state", "postal"),
    "state_code_str": ("state", "postal"),
    "state_name": ("state", "postal"),
    "congressional_district_geoid": ("district", "fips"),
    "county_fips": ("county", "fips"),
    "county": ("county", "fips"),
    "county_str": ("county", "fips"),
}


@cache
def states() -> tuple[State, ...]:
    """Return the fifty states, the District of Columbia and Puerto Rico."""
    entries = [entry.split(" ") for entry in _TABLE.strip().replace("\n", "|").split("|")]
    return tuple(State(postal, fips, " ".join(name), int(seats)) for postal, fips, *name, seats in entries)


class Coding(NamedTuple):
    """How a column codes places: the form of a label, whose group is the code, and the codes there are.

    `codes` maps what stands in the label to the code of the frame; None where all that have the form exist.
    """

    level: Level
    form: str
    codes: dict[str, str] | None

    def code(self, label: str) -> str | None:
        """Return the place that a label names, None where there is no such place."""
        found = re.fullmatch(self.form, label)
        if found is None:
            return None
        return found[1] if self.codes is None else self.codes.get(found[1])


def coding(level: Level, coded: Coded) -> Coding:
    """Return how places of a level are coded. Only states have postal codes and names here."""
    before = _GEO_IDS[level] if coded == "geoid" else ""
    if coded in ("postal", "name"):
        labels = {(state.postal if coded == "postal" else state.name): state.fips for state in states()}
        return Coding(level, "(.+)", labels)
    if level == "county":
        known = "|".join(state.fips for state in states())
        return Coding(level, f"{before}((?:{known})[0-9]{{3}})", None)
    codes = {state.fips: state.fips for state in states()} if level == "state" else districts()
    return Coding(level, f"{before}([0-9]{{{WIDTHS[level]}}})", codes)


def districts() -> dict[str, str]:
    """Return every district as it may be numbered, with the number used here: 00 where there is one seat."""
    codes: dict[str, str] = {}
    for state in states():
        many = [f"{number:02}" for number in range(1, state.seats + 1)]
        numbers = dict.fromkeys(_AT_LARGE, "00") if state.seats == 1 else dict(zip(many, many, strict=True))
        codes |= {state.fips + label: state.fips + number for label, number in numbers.items()}
    return codes


def aliases(level: Level) -> dict[str, str]:
    """Return the codes of the frame that stand for another one: '0201' for '0200'."""
    return (
        {} if level != "district" else {label: code for label, code in districts().items() if label != code}
    )
