"""A command that ends early: what to say, what to do about it, and the exit code."""

from __future__ import annotations

from specc.exits import Exit


class CommandFault(Exception):  # noqa: N818 - a report to the person at the terminal, not a defect
    """Ends a command with a message; `place` and `remedy` get lines of their own, `note` comes last."""

    def __init__(
        self,
        exit_code: Exit,
        message: str,
        *,
        place: str | None = None,
        remedy: str | None = None,
        note: str | None = None,
    ) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.message = message
        self.place = place
        self.remedy = remedy
        self.note = note

    def __str__(self) -> str:
        """Render as it is printed."""
        lines = [f"specc: {self.message}"]
        lines += [f"  at: {self.place}"] if self.place else []
        lines += [f"  remedy: {self.remedy}"] if self.remedy else []
        return "\n".join([*lines, *([self.note] if self.note else [])])


def not_installed(command: str, library: str) -> CommandFault:
    """Return what is said where a command needs what the light core does without."""
    message = f"`specc {command}` needs {library}, which is not installed"
    return CommandFault(Exit.USAGE, message, remedy="pip install 'specc[run]'")
