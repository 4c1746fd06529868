"""The action record: the manifest of the node that has a key, sealed against flipped bits."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.durable import canonical_json
from runtime.errors import CorruptArtifact
from runtime.store.outputs import Output

if TYPE_CHECKING:
    from collections.abc import Mapping

SEAL = "x-specc-record"  # an extra field of the Statement; in-toto consumers skip fields they do not know
_SEAL_LINES = 5
REBUILD = "nothing to do: it is treated as absent and built again"


@dataclass(frozen=True)
class Record:
    """What `actions/<key>.json` says."""

    key: str
    manifest: Mapping[str, object]
    outputs: tuple[Output, ...]


def sealed(record: Record) -> bytes:
    """Return the file of a record: its manifest, its outputs as subjects, its key, a digest over all."""
    body = {**record.manifest, "subject": [output.as_subject() for output in record.outputs]}
    return canonical_json(
        {**body, SEAL: {"key": record.key, "sha256": _digest(record.key, canonical_json(body))}}
    )


def unsealed(key: str, content: bytes, place: str) -> Record:
    """Read a record back; `place` is where it stands.

    Raises:
        CorruptArtifact: it is not what was sealed under this key.
    """
    try:
        body = json.loads(content)
        seal = body.pop(SEAL)
        outputs = tuple(Output.from_subject(subject) for subject in body["subject"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _corrupt(key, place) from error
    if seal != {"key": key, "sha256": _digest(key, _unsealed_text(content) or canonical_json(body))}:
        raise _corrupt(key, place)
    return Record(key, body, outputs)


def _digest(key: str, body: bytes) -> str:
    return hashlib.sha256(key.encode() + b"\n" + body).hexdigest()


def _unsealed_text(content: bytes) -> bytes | None:
    """Return the canonical text of a record without its seal, by cutting: writing it again takes far longer.

    None where the seal is not the last of the record's fields, as it is for every manifest of ours.
    """
    before, seal, after = content.rpartition(f',\n  "{SEAL}": {{'.encode())
    return before + b"\n}\n" if seal and after.count(b"\n") == _SEAL_LINES else None


def _corrupt(key: str, place: str) -> CorruptArtifact:
    return CorruptArtifact(f"the record of action {key} is damaged", place=place, remedy=REBUILD)
