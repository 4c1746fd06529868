"""Two targets side by side whose facts should add up to each other: are they about the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from compiler.diagnostics import Related

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition
    from compiler.model.target_parts import AddsUpTo, Reconcile
    from compiler.model.targets import Family, Target


class Pair(NamedTuple):
    """A target, another one, and what is written under `key` of the first; `word` names the other there."""

    context: Context
    target: Definition[Target]
    other: Definition[Target]
    rule: AddsUpTo | Reconcile
    key: str
    word: str

    def families(self) -> dict[str, str] | None:
        """Return each family with its counterpart; None where something else is measured, which is said."""
        rule = self.rule
        pairs = rule.families or {name: rule.family or name for name in self.target.spec.named}
        if not self._same_facts():
            return None
        if rule.family is not None and len(pairs) > 1:
            message = (
                f"`{self.target.name}` has {len(pairs)} families, `{rule.family}` can be the sum of only one"
            )
            self._say(
                message, self.target.at(self.key, "family"), "remove `family`, and name the families alike"
            )
            return None
        checks = [self._is_a_sum(name, other) for name, other in pairs.items()]
        return pairs if all(checks) else None

    def _say(self, message: str, place: Span, help_: str, *related: Related) -> None:
        self.context.say("SPC615", message, place, help_, related=related)

    def _same_facts(self) -> bool:
        """Tell whether two targets are about the same units of the same year; say where they differ."""
        for what in ("entity", "domain", "period"):
            ours, theirs = _text(self.target, what), _text(self.other, what)
            if ours != theirs:
                names = (
                    f"`{self.target.name}` has `{what}: {ours}`, `{self.other.name}` has `{what}: {theirs}`"
                )
                related = Related(self.other.key, f"`{self.other.name}`")
                help_ = f"compare what is counted alike, or remove `{self.key}`"
                self._say(names, self.target.at(self.key, self.word), help_, related)
                return False
        return True

    def _is_a_sum(self, name: str, other: str) -> bool:
        ours, theirs = self.target.spec.named.get(name), self.other.spec.named.get(other)
        place = self._place(name, other)
        for target, family, found in ((self.target, name, ours), (self.other, other, theirs)):
            if found is None:
                help_ = "it has: " + ", ".join(target.spec.named)
                self._say(f"`{target.name}` has no family `{family}`", place, help_)
                return False
        if ours is None or theirs is None:
            return False
        if ours.measure != theirs.measure:
            message = f"`{name}` is `{ours.measure}`, `{self.other.name}.{other}` is `{theirs.measure}`"
            self._say(message, place, f"compare what is measured alike, or remove `{self.key}`")
            return False
        return self._same_concept(ours, theirs, f"`{self.other.name}.{other}`")

    def _place(self, name: str, other: str) -> Span:
        """Return where it is said what a family is compared with."""
        if self.rule.families:
            return self.target.at(self.key, "families", name)
        return self.target.at(self.key, "family" if other != name else self.word)

    def _same_concept(self, ours: Family, theirs: Family, other: str) -> bool:
        if ours.concept is None or theirs.concept is None or ours.concept == theirs.concept:
            return True
        message = f"{ours.concept} amounts cannot add up to {other}, which is {theirs.concept}"
        help_ = f"compare amounts of one concept, or remove `{self.key}`"
        self.context.say("SPC612", message, self.target.at(self.key, self.word), help_)
        return False


def _text(target: Definition[Target], what: str) -> str:
    value = getattr(target.spec, what)
    return "nothing" if value is None else " ".join(str(value).split())
