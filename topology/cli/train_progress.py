"""The progress bar of a training run: a bar on a terminal, a line now and then in a log."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from inference.training.text.trainer import Report

LOG_EVERY = 20.0
"""Seconds between two lines when the output is no terminal."""


class Bar:
    """Shows steps, time left and the smoothed losses."""

    def __init__(self, console: Console, steps: int, done: int) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[losses]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=steps, completed=done, losses="")
        self._smooth: tuple[float, float] | None = None
        self._told = self._began = time.monotonic()
        self._steps, self._done = steps, done

    def __enter__(self) -> Self:
        """Starts the bar."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves the bar where it stands."""
        self._progress.stop()

    def tell(self, report: "Report") -> None:
        """Shows a step's losses."""
        new = report.mentions, report.relations
        old = self._smooth or new
        self._smooth = 0.97 * old[0] + 0.03 * new[0], 0.97 * old[1] + 0.03 * new[1]
        losses = f"mentions {self._smooth[0]:.4f} relations {self._smooth[1]:.4f}"
        self._progress.update(self._task, completed=report.step, losses=losses)
        now = time.monotonic()
        if not self._console.is_terminal and (now - self._told > LOG_EVERY or report.step == self._steps):
            self._told = now
            pace = (now - self._began) / (report.step - self._done)
            left = pace * (self._steps - report.step) / 60
            self._console.print(f"step {report.step}/{self._steps} {losses} {pace:.2f} s/step {left:.1f} min left")
