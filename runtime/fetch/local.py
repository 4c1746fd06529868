"""Files that are here already: in the bundle, or in the folder the user gave to stand in for the sources."""

from __future__ import annotations

from pathlib import Path

from runtime.errors import FetchError


def bundle_file(path: str, bundle: Path) -> Path:
    """Return a file of the bundle.

    The compiler has refused ways out of the bundle already; this holds even if it was not asked, and for
    links.

    Raises:
        FetchError: it is outside the bundle once links are followed, or there is no such file.
    """
    root = bundle.resolve()
    target = (root / path).resolve()
    if not target.is_relative_to(root):
        raise FetchError(
            f"`{path}` leaves the bundle",
            place=str(bundle / path),
            remedy="put the file into the bundle, or give it with `--sources DIR`",
            kind="locator-refused",
        )
    if not target.is_file():
        raise FetchError(
            f"there is no file `{path}` in the bundle",
            place=str(bundle / path),
            remedy="add it, or give it with `--sources DIR`",
            kind="no-such-file",
        )
    return target


def override(overrides: Path, *names: str | None) -> Path | None:
    """Return the first of the names that is a file in the folder, or None.

    Raises:
        FetchError: there is no such folder: a mistyped one must not quietly mean that nothing is overridden.
    """
    if not overrides.is_dir():
        raise FetchError(
            f"there is no folder {overrides}",
            place=str(overrides),
            remedy="correct `--sources DIR`",
            kind="no-such-file",
        )
    plain = [name for name in names if name is not None and Path(name).name == name]
    return next((overrides / name for name in plain if (overrides / name).is_file()), None)
