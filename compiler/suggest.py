"""Did you mean: names close to a wrong one, also when its words are in another order."""

from __future__ import annotations

import difflib
import functools
import operator
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return up to `most` known names that resemble `name`, best first."""
    names = list(known)
    by_words: dict[str, str] = {}
    for candidate in names:
        by_words.setdefault(_sorted_words(candidate), candidate)
    found = [by_words[words] for words in close(_sorted_words(name), by_words, most, 0.75)]
    if len(found) < most:
        found += [n for n in close(name, names, most, 0.8) if n not in found]
    return found[:most]


def close(name: str, candidates: Iterable[str], most: int, cutoff: float) -> list[str]:
    """Return what `difflib.get_close_matches` does, without looking closely at what cannot be close."""
    letters, length = _letters(name), len(name)
    # So much shorter or longer, and no more than `cutoff` of the two can be the same.
    least, longest = length * cutoff / (2 - cutoff), length * (2 - cutoff) / cutoff
    possible = []
    for candidate in candidates:
        if not least <= len(candidate) <= longest:
            continue
        others = _letters(candidate)
        # Letters that only one of the two has match nothing.
        ours = length - (letters & ~others).bit_count()
        theirs = len(candidate) - (others & ~letters).bit_count()
        if 2 * min(ours, theirs) >= cutoff * (length + len(candidate)):
            possible.append(candidate)
    return difflib.get_close_matches(name, possible, n=most, cutoff=cutoff)


@functools.cache
def _letters(name: str) -> int:
    """Return which characters a name holds, a bit each."""
    return functools.reduce(operator.or_, (1 << (ord(letter) & 127) for letter in name), 0)


class DidYouMean(str):
    """The sentence that proposes the closest names; it knows which, so that a fix can write the only one."""

    __slots__ = ("meant", "wrong")
    wrong: str
    meant: tuple[str, ...]

    def __new__(cls, wrong: str, meant: Iterable[str]) -> Self:
        """Return the sentence."""
        names = tuple(meant)
        text = "did you mean " + " or ".join(f"`{name}`" for name in names) + "?"
        sentence = super().__new__(cls, text)
        sentence.wrong, sentence.meant = wrong, names
        return sentence


def did_you_mean(name: str, known: Iterable[str]) -> DidYouMean | None:
    """Return the sentence that proposes the closest names, or None when nothing is close."""
    found = closest(name, known)
    return DidYouMean(name, found) if found else None


def hint(name: str, known: Iterable[str], or_else: str) -> str:
    """Return what is close to a name that exists, in words alone: no fix may write another in its place."""
    found = did_you_mean(name, known)
    return or_else if found is None else str(found)


@functools.cache
def _sorted_words(name: str) -> str:
    return "_".join(sorted(name.lower().replace("-", "_").replace(" ", "_").split("_")))
