"""The progress bar of a relation model's training: a bar on a terminal, a line an epoch in a log."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from inference.training.relformer.trainer import Report


class RelationBar:
    """Shows steps, time left, the smoothed loss, and how the validation split was read after each epoch."""

    def __init__(self, console: Console, steps: int) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[loss]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=steps, loss="")
        self._smooth: float | None = None

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
        """Shows a step's loss, and an epoch's scores."""
        self._smooth = report.loss if self._smooth is None else 0.97 * self._smooth + 0.03 * report.loss
        self._progress.update(self._task, completed=report.step, loss=f"loss {self._smooth:.4f}")
        if report.valid is not None:
            tally = report.valid.tally
            self._console.print(
                f"step {report.step}: loss {self._smooth:.4f}, valid accuracy {report.valid.accuracy:.4f} "
                f"P {tally.precision:.4f} R {tally.recall:.4f} F1 {tally.f1:.4f}"
            )
