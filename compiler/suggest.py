"""Did you mean: names close to a wrong one, also when its words are in another order."""

from __future__ import annotations

import functools
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
    """Return up to `most` candidates that share at least `cutoff` of their letters, in order, with a name."""
    # Imported when asked for: a bundle in order needs no suggestion.
    from rapidfuzz.distance import Indel  # noqa: PLC0415
    from rapidfuzz.process import extract  # noqa: PLC0415

    found = extract(
        name, list(candidates), scorer=Indel.normalized_similarity, limit=None, score_cutoff=cutoff
    )
    # The alphabet decides between equals, whatever order the candidates came in.
    return [candidate for candidate, _, _ in sorted(found, key=lambda each: (-each[1], each[0]))][:most]


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
