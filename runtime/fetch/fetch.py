"""`fetch`: the bytes of a source, held to their locked digest wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runtime.digests import sha256_file
from runtime.errors import DigestMismatch, FetchError
from runtime.fetch import archive, local, web, wheel
from runtime.fetch.cache import Cache
from runtime.fetch.locator import BundleFile, WebFile, WheelFile, basename, parse

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.fetch.limits import Copied
    from runtime.fetch.locator import Locator

Origin = Literal["override", "cache", "bundle", "registry", "web"]


@dataclass(frozen=True)
class Fetched:
    """A source's file: `sha256` in hex, `size` in bytes.

    `retrieved_from` says where this run had it from; it varies between equal runs, so it belongs to the
    volatile part of a manifest.
    """

    path: Path
    sha256: str
    size: int
    retrieved_from: Origin


@dataclass(frozen=True)
class _Source:
    """A source under its names; `locked` is the digest it must have, None while it is being locked."""

    name: str
    locator: Locator
    locked: str | None

    def admit(self, path: Path, sha256: str, origin: Origin) -> Fetched:
        """Let bytes in that are the locked ones."""
        if self.locked is not None and sha256 != self.locked:
            raise DigestMismatch(
                f"source {self.name} is not what was locked: expected sha256 {self.locked}, got {sha256}",
                place=str(path) if origin in ("override", "bundle") else self.name,
                remedy="if the change is meant, run `specc sources lock BUNDLE` and review what it changes",
            )
        return Fetched(path, sha256, path.stat().st_size, origin)


def fetch(
    locator: str,
    sha256: str | None,
    cache: Path,
    overrides: Path | None = None,
    *,
    bundle: Path | None = None,
    name: str | None = None,
) -> Fetched:
    """Return the file a locator points at.

    An override wins: `overrides/<name>` (the source's name in the spec), then `overrides/<last part of the
    locator>`. Then the cache by digest, then the source itself. Files of overrides and of the bundle stay
    where they are.

    Args:
        locator: see `runtime.fetch.locator`.
        sha256: the locked digest in hex, with or without `sha256:`; None accepts any bytes, for locking.
        cache: folder of fetched files, shared by runs.
        overrides: folder of files that stand in for sources.
        bundle: folder that relative locators start from.
        name: the source's name in the spec, for messages and overrides.

    Raises:
        FetchError: the file cannot be had; the message says why, the remedy what to try.
        DigestMismatch: it is there, and is not the locked one.
        DiskFull: no room in the cache.
    """
    target = parse(locator)
    locked = None if sha256 is None else sha256.removeprefix("sha256:").lower()
    source = _Source(name or locator, target, locked)
    stand_in = None if overrides is None else local.override(overrides, name, basename(target))
    if stand_in is not None:
        return source.admit(stand_in, sha256_file(stand_in), "override")
    if isinstance(target, BundleFile):
        return _from_bundle(source, target, bundle)
    return _from_cache(source, Cache(cache)) or _from_afar(source, target, Cache(cache))


def _from_bundle(source: _Source, target: BundleFile, bundle: Path | None) -> Fetched:
    if bundle is None:
        remedy = "say which folder the bundle is in"
        raise FetchError(f"`{target.path}` is relative, but to nothing", place=source.name, remedy=remedy)
    path = local.bundle_file(target.path, bundle)
    return source.admit(path, sha256_file(path), "bundle")


def _from_cache(source: _Source, cache: Cache) -> Fetched | None:
    if source.locked is None:
        return None
    path = cache.find(source.locked, basename(source.locator))
    return None if path is None else source.admit(path, source.locked, "cache")


def _from_afar(source: _Source, target: WheelFile | WebFile, cache: Cache) -> Fetched:
    with cache.aside() as folder:
        draft = folder / "draft"
        copied, origin = _bring(target, draft, cache)
        source.admit(draft, copied.sha256, origin)
        kept = cache.keep(draft, copied.sha256, basename(target))
        return source.admit(kept, copied.sha256, origin)


def _bring(target: WheelFile | WebFile, draft: Path, cache: Cache) -> tuple[Copied, Origin]:
    if isinstance(target, WheelFile):
        return _unpack(target, draft, cache), "registry"
    return web.download(target, draft), "web"


def _unpack(target: WheelFile, draft: Path, cache: Cache) -> Copied:
    """Take the file out of the wheel; a damaged wheel in the cache is dropped and downloaded once more."""
    try:
        return archive.extract(wheel.cached_wheel(target, cache), target.path, draft)
    except archive.BrokenArchiveError:
        wheel.forget(target, cache)
        return archive.extract(wheel.cached_wheel(target, cache), target.path, draft)
