"""The content-addressed store: what was built once is found by its key and verified."""

from runtime.store.artifact import Artifact
from runtime.store.opening import open_store
from runtime.store.outputs import Output, describe
from runtime.store.store import Store, log_corrupt
from runtime.store.upkeep import Damage, Entry, Swept

__all__ = [
    "Artifact",
    "Damage",
    "Entry",
    "Output",
    "Store",
    "Swept",
    "describe",
    "log_corrupt",
    "open_store",
]
