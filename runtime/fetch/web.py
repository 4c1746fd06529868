"""Files over https: bounded in time and size, retried with patience, never downgraded to http."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from typing import IO, TYPE_CHECKING

from runtime.errors import FetchError
from runtime.fetch.limits import MAX_BYTES, Copied, copy_bounded, too_large

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.fetch.locator import WebFile

TIMEOUT_SECONDS = 60  # without a byte
PAUSES_SECONDS = (1.0, 4.0, 16.0)  # before each further attempt
_PASSING = (408, 425, 429, 500, 502, 503, 504)


class _CutShortError(OSError):
    """The connection ended before the promised length."""


_PASSING_KINDS = (
    urllib.error.URLError,
    TimeoutError,
    ConnectionError,
    http.client.HTTPException,
    _CutShortError,
)


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    """Follow redirects within https only: an http hop could hand over anything."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https://"):
            raise FetchError(
                f"{req.full_url} redirects to {newurl}, which is not https",
                place=req.full_url,
                remedy="find the https: address of the file, or give it with `--sources DIR`",
                kind="redirect-refused",
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def open_url(url: str) -> http.client.HTTPResponse:
    """Open an https URL, with the proxies of the user's environment."""
    opener = urllib.request.build_opener(_HttpsOnly)
    response: http.client.HTTPResponse = opener.open(url, timeout=TIMEOUT_SECONDS)
    return response


def download(wanted: WebFile, target: Path, limit: int = MAX_BYTES) -> Copied:
    """Write the file behind a URL to a new file, trying again after passing failures.

    Raises:
        FetchError: the server refuses, cannot be reached, or sends more than `limit` bytes.
    """
    for pause in PAUSES_SECONDS:
        try:
            return _attempt(wanted.url, target, limit)
        except (OSError, http.client.HTTPException) as error:
            target.unlink(missing_ok=True)
            if not _is_passing(error):
                raise _explained(wanted.url, error) from error
        time.sleep(pause)
    try:
        return _attempt(wanted.url, target, limit)
    except (OSError, http.client.HTTPException) as error:
        raise _explained(wanted.url, error) from error


def _attempt(url: str, target: Path, limit: int) -> Copied:
    with open_url(url) as response:
        promised = response.headers.get("Content-Length")
        if promised is not None and int(promised) > limit:
            raise too_large(url, limit)
        copied = copy_bounded(response, target, url, limit)
    if promised is not None and copied.size != int(promised):
        raise _CutShortError(f"{copied.size} of {promised} bytes came")
    return copied


def _is_passing(error: Exception) -> bool:
    """Say whether another attempt may go better."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code in _PASSING
    return isinstance(error, _PASSING_KINDS)


def _explained(url: str, error: Exception) -> FetchError:
    return FetchError(
        f"cannot get {url}: {error}",
        place=url,
        remedy="check the address and the network, or give the file with `--sources DIR`",
        kind="download-failed",
    )
