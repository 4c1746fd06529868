"""Every code that a finding may have, with its name, its severity, and whether it may be ignored.

What a code means, why it matters and what to write instead stands in `compiler/rules/`, one module a code.
This table stands apart from them, so that lint need not load what it does not print.
"""

from __future__ import annotations

from typing import NamedTuple

from compiler.diagnostics import Severity


class Code(NamedTuple):
    """A code with the facts that lint itself needs."""

    code: str
    name: str
    severity: Severity = Severity.ERROR
    # Only findings about a choice that somebody may have made on purpose. All others say that the bundle
    # means nothing definite: hiding them would leave a plan that does something else than what is written.
    may_be_ignored: bool = False


_ALL = (
    Code("SPC001", "unreadable-text"),
    Code("SPC002", "not-yaml"),
    Code("SPC003", "yaml-outside-the-language"),
    Code("SPC004", "ambiguous-value"),
    Code("SPC005", "duplicate-key"),
    Code("SPC101", "unknown-key"),
    Code("SPC102", "missing-key"),
    Code("SPC103", "wrong-value"),
    Code("SPC104", "declared-twice"),
    Code("SPC105", "no-bundle"),
    Code("SPC106", "unknown-kind"),
    Code("SPC107", "unusable-bundle"),
    Code("SPC108", "untrue-move"),
    Code("SPC109", "another-language"),
    Code("SPC111", "not-a-date"),
    Code("SPC112", "name-of-the-engine"),
    Code("SPC201", "unknown-name"),
    Code("SPC202", "unknown-variable"),
    Code("SPC203", "unknown-column"),
    Code("SPC204", "unaccounted-column", may_be_ignored=True),
    Code("SPC206", "unknown-enum-value"),
    Code("SPC207", "entity-without-ids"),
    Code("SPC208", "rows-and-members"),
    Code("SPC209", "unusable-layout"),
    Code("SPC210", "keys-of-different-types"),
    Code("SPC213", "column-of-two-files"),
    Code("SPC214", "amount-of-one-row"),
    Code("SPC220", "rules-without-persons"),
    Code("SPC221", "unknown-code"),
    Code("SPC225", "unknown-index"),
    Code("SPC301", "expression-outside-the-language"),
    Code("SPC302", "wrong-entity"),
    Code("SPC303", "aggregate-over-raw-rows"),
    Code("SPC304", "circular-variable"),
    Code("SPC305", "mistyped-expression"),
    Code("SPC306", "value-of-another-type"),
    Code("SPC307", "another-unit", may_be_ignored=True),
    Code("SPC308", "year-for-a-month"),
    Code("SPC401", "plain-table-as-population"),
    Code("SPC402", "stored-engine-result", may_be_ignored=True),
    Code("SPC403", "amount-of-another-year", may_be_ignored=True),
    Code("SPC404", "written-twice"),
    Code("SPC405", "replaced-predictor", may_be_ignored=True),
    Code("SPC406", "donor-of-another-year", may_be_ignored=True),
    Code("SPC407", "block-order"),
    Code("SPC408", "inconsistent-clone"),
    Code("SPC409", "surface-and-blocks-disagree"),
    Code("SPC410", "absent-on-the-scaffold"),
    Code("SPC411", "no-scaffold-first"),
    Code("SPC412", "repeated-step"),
    Code("SPC413", "inputs-change-after-materialise"),
    Code("SPC414", "text-as-a-number"),
    Code("SPC415", "nothing-elsewhere"),
    Code("SPC416", "null-reaches-the-engine", may_be_ignored=True),
    Code("SPC417", "lost-write", may_be_ignored=True),
    Code("SPC419", "contradictory-constraints"),
    Code("SPC420", "immovable-constraint"),
    Code("SPC421", "constraint-undone", may_be_ignored=True),
    Code("SPC422", "impossible-sample"),
    Code("SPC423", "equal-methods"),
    Code("SPC424", "incomparable-amounts"),
    Code("SPC425", "moving-condition"),
    Code("SPC426", "circular-set"),
    Code("SPC427", "not-storable"),
    Code("SPC428", "nothing-to-keep"),
    Code("SPC429", "amounts-of-several-years"),
    Code("SPC430", "impossible-rate"),
    Code("SPC431", "step-of-no-frame"),
    Code("SPC432", "circular-frame"),
    Code("SPC441", "code-without-a-place"),
    Code("SPC442", "unlike-categories", may_be_ignored=True),
    Code("SPC443", "nothing-in-common", may_be_ignored=True),
    Code("SPC501", "drop-of-nothing"),
    Code("SPC502", "ignored-and-read"),
    Code("SPC503", "untrue-reason", may_be_ignored=True),
    Code("SPC504", "reason-without-note", may_be_ignored=True),
    Code("SPC505", "moves-nothing", may_be_ignored=True),
    Code("SPC506", "nothing-to-materialise", may_be_ignored=True),
    Code("SPC507", "unused-definition", severity=Severity.WARNING, may_be_ignored=True),
    Code("SPC508", "included-and-excluded"),
    Code("SPC509", "unaccounted-name"),
    Code("SPC510", "not-in-the-reference"),
    Code("SPC511", "listed-twice"),
    Code("SPC512", "unreadable-reference"),
    Code("SPC515", "condition-never-true"),
    Code("SPC516", "condition-always-true"),
    Code("SPC517", "rows-dropped-without-reason", may_be_ignored=True),
    Code("SPC601", "scaled-to-no-target"),
    Code("SPC602", "empty-export"),
    Code("SPC604", "contradictory-leave-out"),
    Code("SPC605", "count-of-another-entity"),
    Code("SPC606", "family-name-taken"),
    Code("SPC607", "file-written-twice"),
    Code("SPC608", "required-and-absent"),
    Code("SPC609", "prohibited-and-present"),
    Code("SPC610", "geography-as-match"),
    Code("SPC611", "bands-do-not-partition"),
    Code("SPC612", "concepts-disagree"),
    Code("SPC613", "fact-of-another-year", may_be_ignored=True),
    Code("SPC614", "one-fact-two-roles", may_be_ignored=True),
    Code("SPC615", "sums-of-different-things"),
    Code("SPC616", "matches-nothing"),
    Code("SPC617", "unaccounted-code"),
    Code("SPC618", "unreachable-target", may_be_ignored=True),
    Code("SPC619", "fact-in-another-unit"),
    Code("SPC620", "undecided-gate"),
    Code("SPC621", "fits-of-no-calibration"),
    Code("SPC701", "not-locked"),
    Code("SPC702", "locked-with-another-digest"),
    Code("SPC703", "file-without-rows", severity=Severity.WARNING, may_be_ignored=True),
    Code("SPC704", "unknown-engine"),
    Code("SPC705", "unreadable-lock"),
    Code("SPC708", "file-of-the-bundle-differs", severity=Severity.WARNING, may_be_ignored=True),
    Code("SPC901", "suppression-without-reason"),
    Code("SPC902", "unused-suppression"),
    Code("SPC903", "suppression-of-a-mistake"),
)
CODES = {entry.code: entry for entry in _ALL}
MAY_BE_IGNORED = frozenset(entry.code for entry in _ALL if entry.may_be_ignored)
