"""How weights were found, as people read it: the method, what it watched, and whether it had more to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.results import Json

SOLVER = ("calibration", "method", "settings", "steps", "watched", "at the end", "at limit", "with weight")


def tells(report: Json) -> bool:
    """Return whether a report says how weights were found; those of older runs do not."""
    return "kind" in report.get("solver", {})


def solver_row(name: str, report: Json) -> list[str]:
    """Return a row of `SOLVER`."""
    solver, measure = report["solver"], report["solver"]["measure"]
    watched = ("-", "-") if measure is None else (measure["name"], f"{measure['value']:.2g}")
    settings = ", ".join(f"{key} {_short(value)}" for key, value in solver["settings"].items())
    limit = "yes" if solver["at_limit"] else "no"
    kept = f"{solver['records_with_weight']:,}"
    return [name, solver["kind"], settings, f"{solver['iterations']:,}", *watched, limit, kept]


def solver_lines(report: Json) -> list[str]:
    """Return what is said of a method under its table: nothing of one that arrived with every record."""
    if not tells(report):
        return []
    solver, lines = report["solver"], []
    if solver["kind"] != "dual":
        kept = f"{solver['records_with_weight']:,} of {report['records']:,} households have a weight"
        lines.append(f"method {solver['kind']}: {kept}; {solver['reason']}")
    if solver["at_limit"]:
        lines.append(f"AT ITS LIMIT: more than {solver['iterations']:,} steps would change the weights")
    lost = solver["details"].get("lost_facts", [])
    if lost:
        lines.append(f"{len(lost)} trained facts that none of the chosen carries: {', '.join(lost[:3])}")
    return ["", *lines] if lines else []


def _short(value: object) -> str:
    return str(value).replace(" ", "") if isinstance(value, list) else str(value)
