"""Writes a report as Markdown for people, JSON for programs, and PNG pictures."""

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from inference.evaluation.report import Aim, Cell, Plot, Report, Table

DOTS_PER_INCH = 110


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a report's numbers come from.

    Attributes:
        command: The command that measures them again.
        seed: Of whatever was drawn by chance.
        machine: What it ran on.
    """

    command: str
    seed: int
    machine: str


def this_machine() -> str:
    """Returns a description of the processor, without anything about its owner."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def write(report: Report, name: str, provenance: Provenance, folder: Path) -> list[Path]:
    """Writes `name.md`, `name.json` and one `name-*.png` a plot; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [(_draw(plot, folder / f"{name}-{plot.name}.png"), plot) for plot in report.plots]
    page, numbers = folder / f"{name}.md", folder / f"{name}.json"
    page.write_text(
        markdown(report, provenance, [(path.name, plot.caption) for path, plot in pictures]), encoding="utf-8"
    )
    numbers.write_bytes(orjson.dumps(_numbers(report, provenance), option=orjson.OPT_INDENT_2) + b"\n")
    return [page, numbers, *(path for path, _ in pictures)]


def markdown(report: Report, provenance: Provenance, pictures: list[tuple[str, str]]) -> str:
    """Returns the page; `pictures` are file names with their captions."""
    parts = [
        f"# {report.title}",
        f"Written by `{provenance.command}`; do not edit. Seed {provenance.seed}; {provenance.machine}.",
    ]
    parts += [report.about, "Data:\n\n" + "\n".join(f"- {source}" for source in report.sources)]
    if report.aims:
        rows: list[tuple[Cell, ...]] = [(a.what, a.measured, _bound(a), _yes(a.reached)) for a in report.aims]
        parts.append(_table(Table("Aims", ("aim", "measured", "wanted", "reached"), rows)))
    parts += [_table(table) for table in report.tables]
    parts += [f"![{caption}]({file})\n\n*{caption}*" for file, caption in pictures]
    return "\n\n".join([*parts, *report.notes]) + "\n"


def shown(cell: Cell) -> str:
    """Returns a cell as it is printed."""
    if cell is None:
        return ""
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell).replace("|", "\\|")


def _table(table: Table) -> str:
    numeric = [all(not isinstance(row[i], str) for row in table.rows) for i in range(len(table.columns))]
    lines = [
        f"## {table.title}",
        "",
        f"| {' | '.join(table.columns)} |",
        f"| {' | '.join('---:' if number else '---' for number in numeric)} |",
        *(f"| {' | '.join(map(shown, row))} |" for row in table.rows),
    ]
    return "\n".join([*lines, *(["", table.note] if table.note else [])])


def _bound(aim: Aim) -> str:
    return f"{'≤' if aim.at_most else '≥'} {aim.wanted:g}"


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"


def _numbers(report: Report, provenance: Provenance) -> dict[str, object]:
    return {
        "title": report.title,
        **asdict(provenance),
        "sources": report.sources,
        "aims": [{**asdict(aim), "reached": aim.reached} for aim in report.aims],
        "tables": {t.title: [dict(zip(t.columns, row, strict=True)) for row in t.rows] for t in report.tables},
    }


def _draw(plot: Plot, path: Path) -> Path:
    # Not pyplot: it keeps figures alive and wants a display.
    from matplotlib.figure import Figure  # noqa: PLC0415  only reports with plots need it

    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    plot.draw(figure.subplots())
    # Without the version in it, equal numbers give equal bytes.
    figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})
    return path
