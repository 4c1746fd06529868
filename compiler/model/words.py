"""What people are told of a value beside its field's description: the name of its form, what its words mean.

`specc.language` puts it into the JSON Schema, of which editors and the language reference live. It checks
nothing.
"""

from __future__ import annotations

from typing import Any

SHARED = "x-shared"
MEANINGS = "x-meanings"


def shared(name: str, description: str, *examples: str | int) -> dict[str, Any]:
    """Return what makes an alias one named definition of the schema, whichever fields use it."""
    described: dict[str, Any] = {"name": name, "description": description}
    return {SHARED: {**described, "examples": list(examples)} if examples else described}


def meanings(**words: str) -> dict[str, Any]:
    """Return what each value of a closed list means, by value."""
    return {MEANINGS: words}
