"""Progress of training runs: a bar on a terminal, a line every few seconds in a log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from inference.research.relformer.metrics import Scores
    from inference.training.common.loop import StepReport
    from inference.training.common.ranks import Ranking
    from inference.training.text.trainer import TextStepReport

LOG_EVERY = 20.0
"""Seconds between two lines if the output is not a terminal."""

_SMOOTH = 0.97
"""Weight of earlier losses in the moving average."""


class TrainingBar:
    """Shows steps, time left and smoothed losses."""

    def __init__(self, console: Console, steps: int, done: int = 0) -> None:
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
        self._smooth: dict[str, float] = {}
        self._logged = time.monotonic()

    def __enter__(self) -> Self:
        """Starts the bar."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops the bar where it is."""
        self._progress.stop()

    def _log_due(self, *, last: bool = False) -> bool:
        """Returns whether to write a line now, where no bar shows; if so, counts it as written."""
        now = time.monotonic()
        due = not self._console.is_terminal and (last or now - self._logged > LOG_EVERY)
        if due:
            self._logged = now
        return due

    def _show(self, step: int, **losses: float) -> str:
        """Moves the bar; returns the smoothed losses as shown."""
        for name, new in losses.items():
            self._smooth[name] = _SMOOTH * self._smooth.get(name, new) + (1 - _SMOOTH) * new
        shown = " ".join(f"{name} {loss:.4f}" for name, loss in self._smooth.items())
        self._progress.update(self._task, completed=step, losses=shown)
        return shown


class Bar(TrainingBar):
    """The bar of the text model."""

    def __init__(self, console: Console, steps: int, done: int) -> None:
        super().__init__(console, steps, done)
        self._began = time.monotonic()
        self._steps, self._done = steps, done

    def show(self, report: "TextStepReport") -> None:
        """Shows the losses of a step."""
        losses = self._show(report.step, mentions=report.mentions, relations=report.relations)
        if self._log_due(last=report.step == self._steps):
            pace = (time.monotonic() - self._began) / (report.step - self._done)
            left = pace * (self._steps - report.step) / 60
            self._console.print(f"step {report.step}/{self._steps} {losses} {pace:.2f} s/step {left:.1f} min left")


class RelationBar(TrainingBar):
    """The bar of a relation model; also prints the validation scores after each epoch."""

    def show(self, report: "StepReport[Scores]") -> None:
        """Shows the loss of a step, and the scores of an epoch."""
        loss = self._show(report.step, loss=report.loss)
        if report.valid is not None:
            tally = report.valid.tally
            self._console.print(
                f"step {report.step}: {loss}, valid accuracy {report.valid.accuracy:.4f} "
                f"P {tally.precision:.4f} R {tally.recall:.4f} F1 {tally.f1:.4f}"
            )


class LinkBar(TrainingBar):
    """The bar of a link model; also prints the ranking of each validation."""

    def __init__(self, console: Console, steps: int) -> None:
        super().__init__(console, steps)
        self._steps = steps

    def show(self, report: "StepReport[Ranking]") -> None:
        """Shows the loss of a step, and the ranking of a validation."""
        loss = self._show(report.step, loss=report.loss)
        if report.valid is not None:
            valid = report.valid
            self._console.print(
                f"step {report.step}/{self._steps}: {loss}, valid MRR {valid.mrr:.4f} "
                f"Hits@1 {valid.hits1:.4f} Hits@10 {valid.hits10:.4f}"
            )
        elif self._log_due():
            self._console.print(f"step {report.step}/{self._steps}: {loss}")


class SessionBar(TrainingBar):
    """The bar of a session model; also prints the validation score after each epoch."""

    def __init__(self, console: Console, steps: int) -> None:
        super().__init__(console, steps)
        self._steps = steps

    def show(self, report: "StepReport[float]") -> None:
        """Shows the loss of a step, and the validation score: AUC for links, MRR for stories."""
        loss = self._show(report.step, loss=report.loss)
        if report.valid is not None:
            self._console.print(f"step {report.step}/{self._steps}: {loss}, valid {report.valid:.4f}")
        elif self._log_due():
            self._console.print(f"step {report.step}/{self._steps}: {loss}")


@contextmanager
def counted(console: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    """Yields a function that shows the number done and the total; only on a terminal."""
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, count: progress.update(task, completed=done, total=count)
