"""A made-up supplement of a few households, in archives as the Census Bureau publishes them.

Whatever is not said of a person has the code for "not in universe", or zero. The files hold every column of
the layouts, so that the recipe reads them as it would read the real ones.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Row = dict[str, object]

# Codes of a native-born adult who was asked nothing special.
_PERSON: Row = {
    "PRCITSHP": 1, "PRDTRACE": 1, "A_SEX": 1, "A_AGE": 40, "A_MARITL": 7, "A_EXPRRP": 14, "PERRP": 59,
    "PECOHAB": -1, "PEPAR1": -1, "PEPAR2": -1, "LKWEEKS": -1, "A_HRS1": -1, "PEIOOCC": -1, "POCCU2": 53,
    "PENATVTY": 57,
    "PEAFEVER": 2, "A_FAMTYP": 5, "SPM_NUMPER": 1, "SPM_FAMTYPE": 5, "SPM_TENMORTSTATUS": 3,
    "SPM_EQUIVSCALE": 1.5, "SPM_GEOADJ": 1.5,
    **{f"PEDIS{what}": 2 for what in ("DRS", "EAR", "EYE", "OUT", "PHY", "REM")},
}  # fmt: skip


def _columns(layout: Path) -> list[str]:
    with layout.open(encoding="utf-8") as file:
        return [row["column"] for row in csv.DictReader(file)]


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"no such column: {sorted(unknown)}"
    text = io.StringIO()
    # The real files have hundreds of columns that nobody asked for.
    writer = csv.DictWriter(text, ["FILEDATE", *columns], restval="0")
    writer.writeheader()
    writer.writerows({"FILEDATE": "091225", **row} for row in rows)
    return text.getvalue()


def supplement(
    folder: Path, layouts: Path, households: Sequence[Row], persons: Sequence[Row], before: Sequence[Row]
) -> None:
    """Write the archives of this March and the one before into a folder.

    A household has `H_SEQ` and persons name theirs as `PH_SEQ`; line, position and the units that a person is
    in are those of the order given, unless something is said.
    """
    whole, numbers = [], dict[object, int]()
    for person in persons:
        line = numbers[person["PH_SEQ"]] = numbers.get(person["PH_SEQ"], 0) + 1
        units = {"PF_SEQ": 1, "SPM_ID": int(str(person["PH_SEQ"])) * 1000 + 1, "TAX_ID": 7}
        number = {"P_SEQ": line, "A_LINENO": line, "PERIDNUM": f"{person['PH_SEQ']:>020}{line:02}"}
        whole.append({**_PERSON, **units, **number, **person})
    families = {(each["PH_SEQ"], each["PF_SEQ"]) for each in whole}
    tables = {
        "pppub25.csv": _table(_columns(layouts / "asec_person.csv"), whole),
        "hhpub25.csv": _table(_columns(layouts / "asec_household.csv"), households),
        "ffpub25.csv": _table(
            _columns(layouts / "asec_family.csv"),
            [{"FH_SEQ": h, "FFPOS": f} for h, f in sorted(families)],
        ),
    }
    folder.mkdir(parents=True)
    _zip(folder / "asecpub25csv.zip", tables)
    _zip(
        folder / "asecpub24csv.zip",
        {"pppub24.csv": _table(_columns(layouts / "asec_person_2024.csv"), before)},
    )


def _zip(path: Path, tables: Mapping[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
