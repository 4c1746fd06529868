"""A process of one node: carries it out, says how that goes, and outlives neither it nor the run."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.running.job import Failed, Warned, carry_out
from runtime.running.tree import kill
from runtime.store import open_store

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from runtime.errors import CorruptArtifact
    from runtime.running.job import Job, Message, Tell
    from runtime.store import Store

_BADNESS = Path("/proc/self/oom_score_adj")


def work(job: Job, location: str, pipe: Connection) -> None:
    """Carry a node out and send what is to be said of it, its end last."""
    os.setsid()  # what ends us ends all our children
    # The locks that libraries make here (numba does) go with us, however we end.
    multiprocessing.set_start_method("fork", force=True)
    _volunteer()
    threading.Thread(target=_end_with_the_run, name="specc-orphan", daemon=True).start()
    said = threading.Lock()

    def tell(message: Message) -> None:
        with said:
            try:
                pipe.send(message)
            except BrokenPipeError:  # the run is gone, and all that we still do is for nobody
                kill(os.getpid())

    try:
        tell(carry_out(job, _store(location, tell), tell))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the run has to hear of it
        tell(Failed(_portable(error)))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # all is said and stored: taking a process apart is time that the next node waits


def _store(location: str, tell: Tell) -> Store:
    def corrupt(fault: CorruptArtifact) -> None:
        tell(Warned(str(fault)))

    def differing(key: str, names: tuple[str, ...]) -> None:
        tell(Warned(differs(key, names)))

    return open_store(location, on_corrupt=corrupt, on_differing=differing)


def differs(key: str, names: tuple[str, ...]) -> str:
    """Return what is said of two builds of one action that are not equal."""
    return f"two builds of action {key} differ in {', '.join(names)}; the first is kept"


def _volunteer() -> None:
    """Be the process that the system ends first when the machine runs out of memory."""
    try:
        _BADNESS.write_text("1000")
    except OSError:  # no Linux, or not allowed here
        return


def _end_with_the_run() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        kill(os.getpid())


def _portable(error: BaseException) -> BaseException:
    """Return an error that another process can be sent, with where it happened."""
    error.add_note("in the process of the node:\n" + "".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - what we wrote ourselves
    except Exception:  # noqa: BLE001 - any error may have an odd constructor
        plain = RuntimeError(f"{type(error).__name__}: {error}")
        plain.__notes__ = error.__notes__
        return plain
    return error
