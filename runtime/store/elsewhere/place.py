"""Files at a location that fsspec reaches, by names relative to it: whole or absent, tried more than once."""

from __future__ import annotations

import hashlib
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from runtime.durable import says_full
from runtime.errors import StoreError
from runtime.locations import shown, tidy
from runtime.store.elsewhere.faults import unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

EXTRA = "pip install 'specc[remote]'"
PATIENCE = (0.5, 1.0, 2.0, 4.0)
_AT_A_TIME = 16
# What the kinds of fsspec call the time at which a file was written.
_WRITTEN = ("LastModified", "last_modified", "updated", "mtime", "created")

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as a listing has it: bytes, and when it was written, in seconds since 1970."""

    size: int
    written: float


@dataclass(frozen=True)
class Place:
    """Files at `location`. What is not there raises `FileNotFoundError`, whatever else goes wrong
    `StoreUnreachable`, once all of `patience` (seconds between one try and the next) is spent.
    """  # noqa: D205 - one sentence

    location: str
    filesystem: Any
    root: str
    patience: tuple[float, ...]

    @property
    def is_private(self) -> bool:
        """Whether no other process can see it."""
        return self.location.startswith("memory://")

    def spelled(self, name: str) -> str:
        """Return the whole name of a file, as people are told it."""
        return f"{shown(self.location)}/{name}"

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        content: bytes = self._tried(name, lambda: self.filesystem.cat_file(self._path(name)))
        return content

    def read_all(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of those of some files that are there."""
        found = self.each(list(names), lambda name: (name, self._read_if_there(name)))
        return {name: content for name, content in found if content is not None}

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to this machine."""
        self._tried(name, lambda: self.filesystem.get_file(self._path(name), str(target)))

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 of a file (hex), of which nothing is kept here; None where it is not there."""

        def ask() -> str:
            with self.filesystem.open(self._path(name), "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()

        try:
            return self._tried(name, ask)
        except FileNotFoundError:
            return None

    def size(self, name: str) -> int | None:
        """Return the bytes of a file; None where it is not there."""

        def ask() -> int:
            self.filesystem.invalidate_cache()
            return int(self.filesystem.info(self._path(name))["size"])

        try:
            return self._tried(name, ask)
        except FileNotFoundError:
            return None

    def send(self, source: Path, name: str) -> None:
        """Copy a file of this machine there; it replaces what was there."""
        self._written(name, lambda: self.filesystem.put_file(str(source), self._path(name)))

    def write(self, name: str, content: bytes) -> None:
        """Put bytes there."""
        with tempfile.TemporaryDirectory() as folder:
            self.send(_file(folder, content), name)

    def create(self, name: str, content: bytes) -> bool:
        """Put bytes there if nothing is there yet; tell whether they were put.

        Where a kind of place cannot exclude two at a time, both may be told so.
        """

        def put(source: Path) -> bool:
            try:
                self.filesystem.put_file(str(source), self._path(name), mode="create")
            except FileExistsError:
                return False
            return True

        with tempfile.TemporaryDirectory() as folder:
            return self._written(name, lambda: put(_file(folder, content)))

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone already are fine."""
        self.each(list(names), self._remove)

    def listing(self, folder: str) -> dict[str, Listed]:
        """Return all files under a folder by name; none where it is not there."""

        def ask() -> dict[str, Any]:
            self.filesystem.invalidate_cache()
            found: dict[str, Any] = self.filesystem.find(self._path(folder), detail=True)
            return found

        try:
            found = self._tried(folder, ask)
        except FileNotFoundError:
            return {}
        below = len(self.root) + 1
        return {path[below:]: self._listed(path, info) for path, info in sorted(found.items())}

    def each(self, items: list[Item], do: Callable[[Item], Answer]) -> list[Answer]:
        """Do something with each item, several at a time where the kind of place is made for that."""
        if not self.filesystem.async_impl or len(items) < 2:
            return [do(item) for item in items]
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            return list(pool.map(do, items))

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _read_if_there(self, name: str) -> bytes | None:
        try:
            return self.read(name)
        except FileNotFoundError:
            return None

    def _remove(self, name: str) -> None:
        try:
            self._tried(name, lambda: self.filesystem.rm_file(self._path(name)))
        except FileNotFoundError:
            return

    def _written(self, name: str, put: Callable[[], Answer]) -> Answer:
        """Write; that nothing can be found is told of what the files would be in: no bucket, say."""
        try:
            return self._tried(name, put)
        except FileNotFoundError as error:
            raise unreachable(self.location, name, error) from error

    def _listed(self, path: str, info: dict[str, Any]) -> Listed:
        known = [info[word] for word in _WRITTEN if info.get(word) is not None]
        return Listed(int(info["size"]), _seconds(known[0] if known else self.filesystem.modified(path)))

    def _tried(self, name: str, act: Callable[[], Answer]) -> Answer:
        for pause in (*self.patience, None):
            try:
                return act()
            except (FileNotFoundError, StoreError):
                raise
            # The kinds of fsspec raise what the libraries below them do, of which there is no list.
            except Exception as error:
                if says_full(error):
                    raise
                if pause is None or isinstance(error, PermissionError):
                    raise unreachable(self.location, name, error) from error
                time.sleep(pause)
        raise AssertionError(name)


def reach(location: str) -> Place:
    """Return the place at a location. Nothing is asked of it yet.

    Raises:
        StoreError: fsspec knows no such kind of place, or what it needs for it is not installed.
    """
    place = tidy(location)
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - whoever has a store on this machine needs none of it

        filesystem, root = url_to_fs(place)
    except ImportError as error:
        raise StoreError(
            f"a store at {shown(place)} needs a package that is not installed: {error}",
            remedy=f"{EXTRA} (S3), or the package that the message names",
        ) from error
    except ValueError as error:
        raise StoreError(
            f"there can be no store at {shown(place)}: {error}",
            remedy="name a folder, s3://BUCKET/PREFIX, or another location that fsspec knows",
        ) from error
    except Exception as error:  # some kinds connect when they are made
        raise unreachable(place, "", error) from error
    return Place(place, filesystem, str(root).rstrip("/"), PATIENCE)


def _file(folder: str, content: bytes) -> Path:
    path = Path(folder) / "content"
    path.write_bytes(content)
    return path


def _seconds(written: float | datetime | str) -> float:
    from datetime import datetime as moment  # noqa: PLC0415

    if isinstance(written, str):  # Google says it so
        return moment.fromisoformat(written).timestamp()
    return written.timestamp() if isinstance(written, moment) else float(written)
