"""What a finished step left: its manifest and its files, as the store hands them out."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from runtime.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runtime.store.outputs import Output


@dataclass(frozen=True)
class Artifact:
    """The verified result of the action `key`.

    `manifest` is the in-toto Statement; the files are read-only and named by their digest, so a path carries
    no suffix and stays good for as long as the store is in use.
    """

    key: str
    manifest: Mapping[str, object]
    outputs: Mapping[str, Output]
    objects: Path

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files, in order."""
        return tuple(sorted(self.outputs))

    def path(self, name: str) -> Path:
        """Return where the bytes of a file are.

        Raises:
            StoreError: the artifact has no file of that name.
        """
        return object_path(self.objects, self._output(name).sha256)

    def content(self, name: str) -> str:
        """Return the content digest of a file, `sha256:<hex>`: what the keys of later steps are made from.

        Raises:
            StoreError: the artifact has no file of that name.
        """
        return self._output(name).content

    def _output(self, name: str) -> Output:
        if name in self.outputs:
            return self.outputs[name]
        near = get_close_matches(name, self.names, n=1)
        raise StoreError(
            f"artifact {self.key} has no file `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""),
            place=self.key,
            remedy=f"it has: {', '.join(self.names)}",
        )


def object_path(objects: Path, sha256: str) -> Path:
    """Return where the object of a digest (hex) lives."""
    return objects / sha256[:2] / sha256
