"""A desk to try the command line at: a bundle in a folder of its own, and what a command printed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.cli import main

if TYPE_CHECKING:
    import pytest

BUNDLES = Path(__file__).parent / "bundles"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Desk:
    """A working folder with the bundle `tiny` in it, and a store that starts empty."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def bundle(self) -> Path:
        """The bundle's folder."""
        return self.folder / "tiny"

    def specc(self, *arguments: object) -> Ended:
        """Carry out a command line in the working folder."""
        self.capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        printed = self.capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands once in a file of the bundle."""
        path = self.bundle / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} has {text.count(old)} times {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def pin(self, file: str) -> None:
        """Write the digest that a source's file has now into the spec."""
        digest = hashlib.sha256((self.bundle / file).read_bytes()).hexdigest()
        spec = (self.bundle / "sources.yaml").read_text(encoding="utf-8")
        self.edit("sources.yaml", spec.split(f"locator: {file}\n    sha256: ")[1][:64], digest)

    def json(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """Read a JSON file of the working folder."""
        return json.loads((self.folder / path).read_text(encoding="utf-8"))

    def files(self, path: str) -> dict[str, bytes]:
        """Return the bytes of every file under a folder of the working folder, by name."""
        root = self.folder / path
        found = sorted(file for file in root.rglob("*") if file.is_file())
        return {file.relative_to(root).as_posix(): file.read_bytes() for file in found}
