"""The parent's side of one engine process: start it, give it chunks, tell how it died."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import runtime
from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence

WORKER = (sys.executable, "-m", "runtime.engine.worker")
_HOUSE = Path(runtime.__file__).resolve().parents[1]
_LOG_TAIL = 12


@dataclass(frozen=True)
class WorkerProcess:
    """A running engine process and the file its stderr goes to."""

    process: subprocess.Popen[str]
    log: Path

    @classmethod
    def start(cls, command: Sequence[str], log: Path) -> WorkerProcess:
        """Start a worker in a session of its own: Ctrl-C reaches only the parent, which then ends it."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w", encoding="utf-8") as stderr:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env=_environment(),
                start_new_session=True,
            )
        return cls(process, log)

    def ask(self, message: dict[str, Any], place: str) -> dict[str, Any]:
        """Send one message and return the answer.

        Raises:
            EngineError: the worker reports a fault, or it died; names `place` (what it was asked for).
        """
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise EngineError("the worker has no pipes", place=place, remedy="report this as a bug of specc")
        try:
            stdin.write(json.dumps(message) + "\n")
            stdin.flush()
        except BrokenPipeError:
            raise self._death(place) from None
        line = stdout.readline()
        # A line without its end is what a worker killed while writing leaves behind.
        if not line.endswith("\n"):
            raise self._death(place)
        return _answer(line, place)

    def end(self) -> None:
        """Kill the worker if it still runs, and reap it. Finished chunks are on disk already."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                _close(pipe)

    def _death(self, place: str) -> EngineError:
        code = self.process.wait()
        out_of_memory = code == -signal.SIGKILL
        remedy = "give it fewer households_per_chunk or fewer workers" if out_of_memory else f"see {self.log}"
        hint = ", which is how a machine short of memory ends processes" if out_of_memory else ""
        return EngineError(
            f"the engine process ended by {_ending(code)}{hint}{self._tail()}",
            place=place,
            remedy=f"{remedy}; chunks already finished are kept and will be reused",
            kind="worker-died",
        )

    def _tail(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL:]
        return "".join(f"\n  | {line}" for line in lines)


def _close(pipe: Any) -> None:  # noqa: ANN401  text streams of either direction
    try:
        pipe.close()
    except BrokenPipeError:
        # Unsent bytes for a process we have just ended.
        return


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _answer(line: str, place: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(line)
    if (error := answer.get("error")) is not None:
        raise EngineError(error["message"], place=place, remedy=error["remedy"], kind=error["kind"])
    return answer


def _environment() -> dict[str, str]:
    """Return our environment plus what makes a worker quiet, single-threaded and the same every time."""
    return {
        **os.environ,
        # specc may run from a checkout that no interpreter but ours knows of.
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_HOUSE), os.environ.get("PYTHONPATH")])),
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "ignore",
        # Parallelism is by process: threads within one would only fight over the same cores.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "POLARS_MAX_THREADS": "1",
    }
