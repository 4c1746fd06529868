"""Files of the bundle, of the user's own folder and of the web are held to the same lock."""

from __future__ import annotations

import hashlib
import http.client
import io
import time
import urllib.error
import urllib.request
from email.message import Message
from typing import TYPE_CHECKING

import pytest

from runtime.errors import DigestMismatch, FetchError
from runtime.fetch import web
from runtime.fetch.fetch import fetch
from runtime.fetch.locator import WebFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONTENT = b"state,population\nCA,39000000\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
URL = "https://example.org/data/population.csv"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with one table."""
    folder = tmp_path / "bundle" / "tables"
    folder.mkdir(parents=True)
    (folder / "population.csv").write_bytes(CONTENT)
    return tmp_path / "bundle"


def test_bundle_file_stays_where_it_is(tmp_path: Path, bundle: Path) -> None:
    """A file beside the spec is verified, not copied."""
    fetched = fetch("tables/population.csv", DIGEST, tmp_path / "cache", bundle=bundle)
    assert (fetched.path, fetched.retrieved_from) == (bundle / "tables" / "population.csv", "bundle")
    with pytest.raises(DigestMismatch, match="tables/population"):
        fetch("tables/population.csv", "11" * 32, tmp_path / "cache", bundle=bundle)


def test_ways_out_of_the_bundle_are_refused(tmp_path: Path, bundle: Path) -> None:
    """Neither `..` nor a link leads out; a missing file is another matter."""
    (tmp_path / "secret.csv").write_bytes(CONTENT)
    (bundle / "link.csv").symlink_to(tmp_path / "secret.csv")
    (bundle / "inside.csv").symlink_to(bundle / "tables" / "population.csv")
    for path in ("../secret.csv", str(tmp_path / "secret.csv"), "link.csv"):
        with pytest.raises(FetchError) as caught:
            fetch(path, DIGEST, tmp_path / "cache", bundle=bundle)
        assert caught.value.kind == "locator-refused"
    with pytest.raises(FetchError, match="no file"):
        fetch("tables", None, tmp_path / "cache", bundle=bundle)
    assert fetch("inside.csv", DIGEST, tmp_path / "cache", bundle=bundle).sha256 == DIGEST


def test_override_stands_in_for_any_locator_and_is_checked(tmp_path: Path) -> None:
    """The user's own file is used by source name first, then by file name, and must be the locked one."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "population.csv").write_bytes(CONTENT)
    for locator in (URL, "pypi:nowhere==1.0/a/population.csv", "tables/population.csv"):
        fetched = fetch(locator, DIGEST, tmp_path / "cache", mine, name="census")
        assert (fetched.path, fetched.retrieved_from) == (mine / "population.csv", "override")
    (mine / "census").write_bytes(b"other")
    with pytest.raises(DigestMismatch, match="source census"):
        fetch(URL, DIGEST, tmp_path / "cache", mine, name="census")


def test_mistyped_override_folder_is_told(tmp_path: Path) -> None:
    """A folder that is not there does not quietly mean that nothing is overridden."""
    with pytest.raises(FetchError, match="no folder"):
        fetch(URL, DIGEST, tmp_path / "cache", tmp_path / "mien")


class Reply(io.BytesIO):
    """What a server sends."""

    def __init__(self, content: bytes, promised: int | None = None) -> None:
        super().__init__(content)
        self.headers = {"Content-Length": str(len(content) if promised is None else promised)}


def serve(monkeypatch: pytest.MonkeyPatch, *answers: Callable[[], Reply]) -> list[float]:
    """Answer requests in turn, and return the pauses between them."""
    pauses: list[float] = []
    queue = list(answers)
    monkeypatch.setattr(web, "open_url", lambda _: queue.pop(0)())
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


def fails(error: Exception) -> Callable[[], Reply]:
    """Answer with an exception."""

    def answer() -> Reply:
        raise error

    return answer


def status(code: int) -> Callable[[], Reply]:
    """Answer with an HTTP error."""
    return fails(urllib.error.HTTPError(URL, code, "no", Message(), io.BytesIO()))


def test_web_file_is_fetched_after_passing_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy server and a cut connection are tried again, ever more slowly; then the cache serves."""
    pauses = serve(monkeypatch, status(503), lambda: Reply(CONTENT[:5], len(CONTENT)), lambda: Reply(CONTENT))
    fetched = fetch(URL, DIGEST, tmp_path / "cache")
    assert (fetched.path.read_bytes(), fetched.retrieved_from) == (CONTENT, "web")
    assert pauses == sorted(set(pauses))
    assert len(pauses) == 2
    assert fetch(URL, DIGEST, tmp_path / "cache").retrieved_from == "cache"


def test_refusal_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there will not be there in four seconds."""
    assert serve(monkeypatch, status(404)) == []
    with pytest.raises(FetchError, match="404") as caught:
        fetch(URL, DIGEST, tmp_path / "cache")
    assert caught.value.kind == "download-failed"


def test_dead_host_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last attempt the reason and the remedy are told."""
    dead = fails(urllib.error.URLError("no route to host"))
    pauses = serve(monkeypatch, dead, dead, dead, dead)
    with pytest.raises(FetchError, match="no route to host") as caught:
        fetch(URL, DIGEST, tmp_path / "cache")
    assert len(pauses) == 3
    assert "--sources DIR" in str(caught.value)


@pytest.mark.parametrize("promised", [None, 3])
def test_too_large_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, promised: int | None
) -> None:
    """The limit holds for what is promised and for what comes."""
    serve(monkeypatch, lambda: Reply(CONTENT, promised))
    with pytest.raises(FetchError, match="larger than") as caught:
        web.download(WebFile(URL), tmp_path / "out", limit=10)
    assert caught.value.kind == "too-large"


def test_redirect_to_http_is_refused() -> None:
    """An https address may not lead to a plain one."""
    request = urllib.request.Request(URL)
    handler, headers = web._HttpsOnly(), http.client.HTTPMessage()
    with pytest.raises(FetchError) as caught:
        handler.redirect_request(request, io.BytesIO(), 302, "Found", headers, "http://example.org/x")
    assert caught.value.kind == "redirect-refused"
