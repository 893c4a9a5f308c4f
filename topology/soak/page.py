"""The soak as a Markdown page with plots: what stayed level and what rose."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from topology.soak.run import Soaked
from topology.soak.sampling import DISK, FILES, MEMORY, THREADS
from topology.soak.slopes import Slope, slope

SETTLING = 0.25
"""Share of the time at the start that does not count: servers fill their heaps and caches, and JVMs compile."""

SHORT = 3600.0
"""Seconds below which the page warns that slopes say little."""

LATENCY = "publish → graph, s"

HOW = (
    "Written by `triplewire soak`; do not edit. Short articles made from a feed (ids, dates and names vary) go through "
    "a stack of their own at full speed, with a bounded queue. Every process is sampled from outside. Slopes are "
    "fitted by least squares to the samples after the first quarter of the time; their 95% intervals come from a "
    "moving-block bootstrap of the residuals."
)
READING = (
    "`rises`: the whole interval lies above zero; otherwise `level`. The servers' disk use must rise, since they keep "
    "what they are given: the graph the evidence of every article, Kafka the topics' retention. The entity registry "
    "keeps every name until `registry_names`."
)

Series = tuple[list[float], list[float]]
"""Seconds and values."""


def series(soaked: Soaked) -> dict[tuple[str, str], Series]:
    """Returns each measurement of each process over time."""
    found: dict[tuple[str, str], Series] = {}
    for moment, one in zip(soaked.moments, soaked.samples, strict=True):
        for process, row in one.items():
            for what, value in row.items():
                seconds, values = found.setdefault((process, what), ([], []))
                seconds.append(moment)
                values.append(value)
    for moment, latency in zip(soaked.moments, soaked.latency, strict=True):
        if latency is not None:
            seconds, values = found.setdefault(("the whole road", LATENCY), ([], []))
            seconds.append(moment)
            values.append(latency)
    return found


def settled(soaked: Soaked) -> dict[tuple[str, str], Slope | None]:
    """Returns the slope of each measurement after the time of settling."""
    begin = SETTLING * (soaked.moments[-1] if soaked.moments else 0.0)
    slopes = {}
    for name, (seconds, values) in series(soaked).items():
        kept = [(s, v) for s, v in zip(seconds, values, strict=True) if s >= begin]
        slopes[name] = slope([s for s, _ in kept], [v for _, v in kept])
    return slopes


def page(soaked: Soaked, machine: Mapping[str, str], conditions: Mapping[str, str | int | float], plot: str) -> str:
    """Returns the page.

    Args:
        soaked: What was measured.
        machine: The machine.
        conditions: Command, seed and the like.
        plot: File name of the plots.
    """
    slopes = settled(soaked)
    lines = [
        "# Soak",
        "",
        HOW,
        "",
        _length(soaked),
        "",
    ]
    for what in (MEMORY, FILES, THREADS, DISK, LATENCY):
        rows = [(process, found) for (process, measured), found in sorted(slopes.items()) if measured == what]
        if rows:
            lines += [
                f"## {what[0].upper()}{what[1:]}",
                "",
                "| process | mean | rise per hour | 95% interval | |",
                "| --- | ---: | ---: | ---: | --- |",
                *(_row(process, found) for process, found in rows),
                "",
            ]
    return "\n".join(
        [
            *lines,
            READING,
            "",
            f"![Memory, open files, latency and disk over time]({plot})",
            "",
            "## Conditions",
            "",
            *(f"- {name}: {value}" for name, value in {**machine, **conditions}.items()),
            "",
        ]
    )


def _length(soaked: Soaked) -> str:
    length = (
        f"This run: {soaked.articles} articles in {soaked.seconds / 60:.1f} minutes "
        f"({soaked.articles / soaked.seconds:.1f} a second), {len(soaked.moments)} samples. A full run has a million "
        "articles or takes two hours, whichever ends first."
    )
    if soaked.seconds < SHORT:
        length += (
            " **A run this short says little about leaks**: heaps and caches are still filling, and what a process "
            "gains in minutes is multiplied up to an hour."
        )
    return length


def _row(process: str, found: Slope | None) -> str:
    if found is None:
        return f"| {process} | | | | too few samples |"
    word = "rises" if found.rises else "level"
    return f"| {process} | {found.mean:.1f} | {found.per_hour:+.1f} | {found.low:+.1f} … {found.high:+.1f} | {word} |"


def draw(soaked: Soaked, path: Path) -> None:
    """Draws the measurements over time, a panel for each kind."""
    # Not pyplot: it keeps figures alive and wants a display.
    from matplotlib.figure import Figure  # noqa: PLC0415 - only this needs it

    found = series(soaked)
    figure = Figure(figsize=(9, 11), layout="constrained")
    panels = figure.subplots(4, 1, sharex=True)
    for axes, what in zip(panels, (MEMORY, FILES, LATENCY, DISK), strict=True):
        axes.set_ylabel(what)
        drawn = list(_of(found, what))
        for process, (seconds, values) in drawn:
            axes.plot([s / 60 for s in seconds], values, label=process, linewidth=1)
        if drawn:
            axes.set_ylim(0, 1.05 * max(max(values) for _, (_, values) in drawn))
            axes.legend(fontsize="x-small", ncols=4)
    panels[-1].set_xlabel("minutes")
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _of(found: Mapping[tuple[str, str], Series], what: str) -> Iterator[tuple[str, Series]]:
    for (process, measured), measurements in sorted(found.items()):
        if measured == what:
            yield process, measurements
