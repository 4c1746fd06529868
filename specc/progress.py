"""Shows how a run goes, on stderr: a line a step, and on a terminal also a bar with the time left."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TaskID, TextColumn
from rich.text import Text

from specc.forecast import Forecast
from specc.render.columns import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Task

    from compiler.plan import Node, Plan
    from runtime.execute import Listener
    from runtime.running.job import Action


class Quiet:
    """Says nothing."""

    def started(self, node: Node) -> None:
        """Say nothing."""

    def progressed(self, node: Node, done: int, total: int) -> None:
        """Say nothing."""

    def finished(self, node: Node, action: Action, seconds: float) -> None:
        """Say nothing."""

    def warned(self, message: str) -> None:
        """Write a warning, which nobody asked to be spared."""
        click.echo(f"warning: {message}", err=True)


class Lines:
    """Says one line a finished node, with what is left."""

    def __init__(self, forecast: Forecast, write: Callable[[str], None]) -> None:
        self.forecast = forecast
        self._write = write

    def started(self, node: Node) -> None:
        """Note that a node is being built."""
        self.forecast.start(node)

    def progressed(self, node: Node, done: int, total: int) -> None:
        """Note how much of it is done."""
        self.forecast.progress(node, done / total if total else 0.0)

    def finished(self, node: Node, action: Action, seconds: float) -> None:
        """Write its line."""
        self.forecast.finish(node, built=action == "built", seconds=seconds)
        of = len(self.forecast.nodes)
        took = f" in {duration(seconds)}" if action == "built" else ""
        left = f", about {duration(self.forecast.left())} left" if took and self.forecast.done < of else ""
        self._write(f"[{self.forecast.done:>{len(str(of))}}/{of}] {action:<6}  {node.address}{took}{left}")

    def warned(self, message: str) -> None:
        """Write a warning."""
        self._write(f"warning: {message}")


class Bar(Lines):
    """Lines above a bar that moves with the nodes and with the parts of a node."""

    def __init__(self, forecast: Forecast, progress: Progress) -> None:
        super().__init__(
            forecast, lambda line: progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
        )
        self._progress = progress
        self._task: TaskID = progress.add_task("", total=len(forecast.nodes))

    def started(self, node: Node) -> None:
        """Name the node beside the bar."""
        super().started(node)
        self._show()

    def progressed(self, node: Node, done: int, total: int) -> None:
        """Move the bar within the node."""
        super().progressed(node, done, total)
        self._show()

    def finished(self, node: Node, action: Action, seconds: float) -> None:
        """Move the bar to the node's end."""
        super().finished(node, action, seconds)
        self._show()

    def _show(self) -> None:
        now, parts = self.forecast.running, self.forecast.parts
        self._progress.update(self._task, description=", ".join(now), completed=self.forecast.done + parts)


class _Left(ProgressColumn):
    """The time left, as the forecast says."""

    def __init__(self, forecast: Forecast) -> None:
        super().__init__()
        self._forecast = forecast

    def render(self, task: Task) -> Text:  # noqa: ARG002 - rich's signature
        """Return the text of the column."""
        return Text(f"about {duration(self._forecast.left())} left")


@contextmanager
def listening(plan: Plan, *, quiet: bool) -> Iterator[Listener]:
    """Give the listener that suits where stderr goes."""
    if quiet:
        yield Quiet()
        return
    forecast = Forecast(plan.nodes, time.monotonic)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(forecast, lambda line: click.echo(line, err=True))
        return
    texts = TextColumn("{task.description}"), TextColumn("{task.completed:.0f}/{task.total:.0f}")
    with Progress(
        SpinnerColumn(), texts[0], BarColumn(), texts[1], _Left(forecast), console=console, transient=True
    ) as progress:
        yield Bar(forecast, progress)


def counted(said: str, *, quiet: bool = False) -> Callable[[int, int], None]:
    """Return what says on stderr how many parts are done, a line each, where nobody asked to be spared it."""

    def tell(done: int, total: int) -> None:
        if not quiet:
            click.echo(f"[{done:>{len(str(total))}}/{total}] {said}", err=True)

    return tell
