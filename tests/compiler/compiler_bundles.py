"""Small bundles for tests: the base of the golden cases, with single places changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from compiler.compilation import Compilation, compile_bundle

CASES = Path(__file__).parent / "cases"
US_OPEN = Path(__file__).parents[2] / "specs" / "us_open"
# Other folders of a case stand beside the bundle: it uses them.
_PARTS_OF_A_BUNDLE = ("references", "layouts", "data")
_NOT_PART_OF_A_BUNDLE = ("expected.txt", "edits.txt", "standalone")


def base_bundle(folder: Path) -> Path:
    """Copy the base bundle into a folder that does not exist yet; return the folder."""
    return Path(shutil.copytree(CASES / "base", folder))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change the one place of a file that reads `old`.

    Raises:
        ValueError: there is no such place, or more than one.
    """
    path = folder / file
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{file} holds {text.count(old)} places that read {old!r}")
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")


def case_bundle(case: Path, folder: Path) -> Path:
    """Build the bundle of a golden case in a folder that does not exist yet; return the folder."""
    if (case / "standalone").exists():
        folder.mkdir(parents=True)
    else:
        base_bundle(folder)
    for path in case.iterdir():
        if path.is_dir():
            inside = path.name in _PARTS_OF_A_BUNDLE
            above = folder if inside else folder.parent
            shutil.copytree(path, above / path.name, symlinks=True)
        elif path.name not in _NOT_PART_OF_A_BUNDLE:
            shutil.copy(path, folder / path.name)
    for file, old, new in edits_in(case / "edits.txt"):
        edit(folder, file, old, new)
    return folder


def edits_in(path: Path) -> list[tuple[str, str, str]]:
    """Return the edits that a file holds, `FILE | OLD => NEW` on a line each; none where there is no file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    parts = [line.replace("\\n", "\n").partition(" | ") for line in lines]
    return [(file, *change.partition(" => ")[::2]) for file, _, change in parts]


def findings(folder: Path) -> list[str]:
    """Compile a bundle and return what lint says, one line a finding."""
    return lines(compile_bundle(folder), folder)


def lines(compiled: Compilation, folder: Path) -> list[str]:
    """Return the findings of a compilation as lines: `file:line:col code message | help`."""
    where = folder.as_posix()
    said = [f"{d.span} {d.code} {d.message} | {d.help}" for d in compiled.diagnostics]
    beside = folder.parent.as_posix()
    return [line.replace(f"{where}/", "").replace(where, ".").replace(f"{beside}/", "../") for line in said]
