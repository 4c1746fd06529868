"""Which known columns an expression of a plan mentions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A text in single quotes is a value, whatever stands in it; a name may stand in double quotes.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")+)"|([^\W\d]\w*)""")


def mentions(text: str, known: Iterable[str]) -> list[str]:
    """Return the known names in an expression, each once, in the order in which they stand there.

    SQL names are the same in capitals.
    """
    spelled = {name.casefold(): name for name in known}
    words = (match[1].replace('""', '"') if match[1] else match[2] for match in _TOKEN.finditer(text))
    return list(
        dict.fromkeys(spelled[word.casefold()] for word in words if word and word.casefold() in spelled)
    )
