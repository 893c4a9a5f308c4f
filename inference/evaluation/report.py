"""What a report is: tables, plots, and aims with what was measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = str | int | float | None
"""A number is printed with three decimals, None as nothing."""


class DataMissing(FileNotFoundError):  # noqa: N818  reads as what it says
    """The data folder, or a set in it, is not there; the message names it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a report is measured with.

    Attributes:
        data: The data folder.
        seed: Of whatever is drawn by chance.
        quick: Whether a sample is enough: it shows that the report works, not how good the model is.
        log: Called with a line on what goes on.
        parts: Parts of the report to measure; empty for all.
    """

    data: Path
    seed: int = 0
    quick: bool = False
    log: Callable[[str], None] = field(default=lambda _: None)
    parts: tuple[str, ...] = ()

    def chosen(self, report: str, parts: Sequence[str], quick: Sequence[str] = ()) -> Sequence[str]:
        """Returns the parts of a report to measure.

        Args:
            report: Name of the report, for the message.
            parts: All of its parts, measured by default.
            quick: Those of them that are measured by default in the quick form; empty for all.

        Raises:
            DataMissing: A part is unknown.
        """
        if unknown := set(self.parts) - set(parts):
            raise DataMissing(f"{report} has no part {', '.join(sorted(unknown))}; there are: {', '.join(parts)}")
        return self.parts or (quick if self.quick and quick else parts)

    def need(self, *parts: str) -> Path:
        """Returns a path in the data folder.

        Raises:
            DataMissing: It is not there.
        """
        path = self.data.joinpath(*parts)
        if not path.exists():
            raise DataMissing(f"{path} is missing; point --data (or TRIPLEWIRE_DATA) at the data folder")
        return path


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        title: Heading above it.
        columns: Heads of the columns.
        rows: Cells, each row as many as there are columns.
        note: A paragraph below it.
    """

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(row)} cells under {len(self.columns)} columns: {row}")


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture.

    Attributes:
        name: Part of the file name.
        caption: What it shows, in words.
        draw: Draws onto a `matplotlib.axes.Axes`.
    """

    name: str
    caption: str
    draw: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal and what was measured, reached or not.

    Attributes:
        what: What was measured.
        measured: The number.
        wanted: The bound.
        at_most: Whether smaller is better.
    """

    what: str
    measured: float
    wanted: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        """Whether the bound is kept."""
        return self.measured <= self.wanted if self.at_most else self.measured >= self.wanted


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Attributes:
        title: Its heading.
        about: A paragraph on what is measured, and how.
        sources: The data sets, each with the part used.
        tables: The numbers.
        aims: Goals, if there are any.
        plots: Pictures.
        notes: Paragraphs at the end: what the numbers do not say.
    """

    title: str
    about: str
    sources: tuple[str, ...]
    tables: list[Table]
    aims: list[Aim] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
