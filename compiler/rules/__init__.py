"""The rules: one module a code, whose docstring is the documentation. Loaded when somebody asks for it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from compiler.codes import CODES

if TYPE_CHECKING:
    from compiler.diagnostics import Severity

SECTIONS = ("What it does", "Why it matters", "Example", "Instead")
_HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)
_SNIPPET = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Rule(NamedTuple):
    """A code with what it means."""

    code: str
    name: str
    severity: Severity
    may_be_ignored: bool
    documentation: str

    @classmethod
    def of(cls, code: str, documentation: str) -> Rule:
        """Return the rule of a code, with the documentation that its module gives.

        Raises:
            KeyError: the table of codes does not hold the code.
        """
        return cls(*CODES[code], documentation)

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]

    @property
    def sections(self) -> dict[str, str]:
        """The text under each heading, in the order of the documentation."""
        _, *parts = _HEADING.split(self.documentation)
        return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}

    def snippets(self, section: str) -> tuple[str, ...]:
        """Return the YAML of a section, a text a block."""
        return tuple(_SNIPPET.findall(self.sections[section]))


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found: list[Rule] = [importlib.import_module(f"{__name__}.{name}").RULE for name in names]
    return tuple(sorted(found, key=lambda rule: rule.code))


def rule(code: str) -> Rule:
    """Return the rule of a code.

    Raises:
        KeyError: there is no such code.
    """
    return {each.code: each for each in rules()}[code]
