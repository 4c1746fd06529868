"""What a hostile or broken text can do to the reader: nothing, quickly."""

from __future__ import annotations

import gc
import time

import pytest

from compiler.syntax.reader import MAX_BYTES, read_bytes

_LAUGHS = "\n".join(
    ["a0: &a0 [lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
)
HOSTILE = {
    "nested lists": b"[" * 10_000,
    "nested mappings": b"{a: " * 10_000,
    "nested blocks": b"- " * 10_000,
    "nested keys": b"? " * 10_000,
    "indented blocks": b"".join(b" " * n + b"a:\n" for n in range(1_000)),
    "one line of 10 MB": b"a: " + b"x" * 10_000_000,
    "many values": b"- 1\n" * 200_000,
    "billion laughs": _LAUGHS.encode(),
    "NUL": b"a: \x00",
    "escape character": b"a: \x1b[31m",
    "invalid UTF-8": b"a: \xff\xfe",
    "UTF-16": "a: 1".encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbfa: 1",
    "line separator": "a: 1\u2028b: 2".encode(),
    "lone carriage return": b"a: 1\rb: 2",
    "conflict markers": b"a: 1\n<<<<<<< ours\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n",
    "unclosed quote": b"a: 'b\n",
    "unclosed list": b"a: [b\n",
    "tab as indentation": b"a:\n\t- b\n",
    "alias of nothing": b"a: *b\n",
    "directive": b"%YAML 3.0\n---\na: 1\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_in_well_under_a_second(name: str) -> None:
    """Every such text gives a finding with a code and a line, and never an exception or a wait."""
    # As the commands do: the garbage of every other test is not looked through meanwhile.
    gc.disable()
    try:
        started = time.process_time()
        document = read_bytes(HOSTILE[name], "a.yaml")
        assert time.process_time() - started < 0.9
    finally:
        gc.enable()
    assert document.diagnostics
    assert all(d.code.startswith("SPC00") and d.span.line >= 1 for d in document.diagnostics)


def test_line_of_a_wrong_byte_is_counted() -> None:
    """The finding about a byte that is no UTF-8 points at its line."""
    (finding,) = read_bytes(b"a: 1\nb: \xe9\n", "a.yaml").diagnostics
    assert (finding.code, finding.span.line) == ("SPC001", 2)


def test_large_file_within_the_limit_is_read() -> None:
    """The limit is on bytes, and what is below it is read whole."""
    data = b"a: " + b"x" * (MAX_BYTES - 3)
    assert not read_bytes(data, "a.yaml").diagnostics
    assert read_bytes(data + b"x", "a.yaml").diagnostics
