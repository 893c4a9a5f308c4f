"""What reading articles costs, as a Markdown page."""

from collections.abc import Mapping, Sequence
from statistics import median

from inference.evaluation.timing import time_ratios
from topology.bench.reading import ENCODER, EXTRACTOR, MODEL, Reading

PER = 1000
MOST = 1.25
"""Of the bare encoder's time, the aim for the model."""

HOW = (
    "Written by `triplewire bench model`; do not edit. One process, one thread for the networks, no servers. In each "
    "round, on articles of its own: the shipped encoder is called on every window by itself, without anything around "
    "it; the model reads the same windows, in requests as the news worker sends them; the extractor reads the same "
    "articles, from the text as it was sent to named mentions, relations and happenings."
)
RATIOS = (
    "Seconds are those of the processor, medians of all rounds. Ratios are to the bare encoder in the same round: the "
    "median, and between which values half of the rounds lie. Other work on the machine slows what has more memory to "
    "fetch, so a ratio is good to a few hundredths, and seconds only on a quiet machine."
)


def page(readings: Sequence[Reading], machine: Mapping[str, str]) -> str:
    """Returns the measurements as Markdown, with the aim next to them.

    Args:
        readings: What was measured, by feed.
        machine: Where; see `topology.bench.run.describe_machine`.
    """
    lines = ["# What reading costs", "", HOW, "", RATIOS, ""]
    for reading in readings:
        ratio = time_ratios(reading.seconds[MODEL], reading.seconds[ENCODER])[1]
        lines += [
            f"## {reading.feed}",
            "",
            f"{reading.articles} articles; {reading.windows} windows of {reading.pieces / reading.windows:.0f} pieces.",
            f"The model's aim, at most {MOST} of the encoder: {'reached' if ratio <= MOST else 'not reached'}.",
            "",
            f"| | CPU-seconds per {PER} articles | words a CPU-second | over the encoder | half of the rounds |",
            "| --- | ---: | ---: | ---: | ---: |",
            *(_row(reading, name) for name in (ENCODER, MODEL, EXTRACTOR)),
            "",
        ]
    lines += ["## Conditions", "", *(f"- {name}: {value}" for name, value in machine.items()), ""]
    return "\n".join(lines)


def _row(reading: Reading, name: str) -> str:
    seconds, rounds = reading.seconds[name], len(reading.seconds[name])
    low, middle, high = time_ratios(seconds, reading.seconds[ENCODER])
    one = median(seconds)
    return (
        f"| {name} | {PER * one * rounds / reading.articles:.2f} | {reading.words / rounds / one:,.0f} | {middle:.2f} "
        f"| {low:.2f}–{high:.2f} |"  # noqa: RUF001
    )
