"""Scalar rules. What a reader of the file could mistake is refused, with the advice to quote it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.syntax.document import Scalar

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)\Z")
_MOST_DIGITS = 19
_WORDS = frozenset(
    ("yes", "no", "on", "off", "y", "n", "True", "False", "TRUE", "FALSE", "Null", "NULL",
     "Yes", "No", "NO", "YES", "On", "Off", "ON", "OFF", "Y", "N")
)  # fmt: skip
_VALUES = {"true": True, "false": False, "": None, "null": None, "~": None}
# Whatever could be a number begins with one of these: most scalars are words, and need no pattern.
_SIGNS = frozenset("+-.0123456789")
_NUMBERS = (
    (re.compile(r"[-+]?0[0-9]+\Z"), "an octal number or a code"),
    (re.compile(r"[-+]?0[xob][0-9a-fA-F]+\Z"), "a number in another base"),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]+)?\Z"), "a number with underscores"),
    (re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+\Z"), "a time or a sexagesimal number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\Z"), "a date"),
    (
        re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.)([eE][-+]?[0-9]+)?\Z"),
        "a number without a leading or trailing digit",
    ),
    (re.compile(r"\+[0-9].*\Z"), "a number with a plus sign"),
    (re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)\Z"), "not a finite number"),
)


def is_text(text: str) -> bool:
    """Tell whether a plain scalar is text and nothing else, as most are."""
    return text[:1] not in _SIGNS and text not in _VALUES and text not in _WORDS


def ambiguity(text: str) -> str | None:
    """Return what a plain scalar could be taken for, or None when it can only be read one way."""
    if text in _WORDS:
        return "a truth value"
    if text[:1] not in _SIGNS:
        return None
    for pattern, meaning in _NUMBERS:
        if pattern.match(text):
            return meaning
    if len(text) > _MOST_DIGITS and _INTEGER.match(text):
        return "a number with more digits than are kept"
    if _FLOAT.match(text) and math.isinf(float(text)):
        return "not a finite number"
    return None


def resolve(text: str) -> Scalar:
    """Return the value of an unambiguous plain scalar: a truth value, null, a number, or a string."""
    if text in _VALUES:
        return _VALUES[text]
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
