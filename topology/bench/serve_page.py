"""The result of the benchmark of the API as a Markdown page."""

from collections.abc import Sequence
from statistics import fmean

from topology.bench.serve import FULL, NOBODY, PACED, PAUSES, PEOPLE, PROGRAMS, Answers, ServeResult, Turn

COMMAND = "triplewire bench serve"
MOST_SLOWER = 1.05
"""What the stream may be slower with people asking."""

HOW = (
    f"Written by `{COMMAND}`; do not edit. It starts Kafka, Neo4j, Triton, the workers and `triplewire serve` on an "
    "empty state of their own, reads articles into the graph, and then takes turns: articles at a fixed rate or at "
    "full speed, while clients ask or nobody does. Every other round goes backwards. Clients, publisher and stopwatch "
    "run on the same machine and take their part of it."
)
MIXED = (
    "Clients ask a mix: search as somebody types it, facts, entities, evidence, happenings, histories, timelines, "
    f"claims, related entities, pictures, statistics. People pause {PAUSES[PEOPLE]:.0f} s on average between an answer "
    "and the next question; programs do not pause, so they ask for all that the machine can give."
)
LATENCY = (
    "Latencies of the stream are from an article's Kafka timestamp until a query finds it in the graph. A ratio is the "
    "mean over the rounds of a turn with clients to the round's turn without."
)


def page(result: ServeResult) -> str:
    """Returns the result as Markdown."""
    people, nobody = result.of(PACED, PEOPLE), result.of(PACED, NOBODY)
    ratio = _ratio(people, nobody, "p50")
    reached = "yes" if 0 < ratio <= MOST_SLOWER else "no"
    lines = [
        "# The API beside the stream",
        "",
        HOW,
        "",
        MIXED,
        "",
        "| aim | measured | wanted | reached |",
        "| --- | ---: | ---: | --- |",
        f"| p50 publish → graph while people ask, as a multiple | {ratio:.2f} | ≤ {MOST_SLOWER} | {reached} |",
        "",
        "## The API",
        "",
        "| clients | articles | requests/s | p50 | p99 | failed | CPU-seconds per 1000 |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            _asked_row(result, pace, who)
            for pace, who in ((PACED, PEOPLE), (PACED, PROGRAMS), (FULL, PROGRAMS))
            if result.of(pace, who)
        ),
        "",
        "## The stream",
        "",
        "| articles | clients | articles/s | p50 | p99 | articles/s, ratio | p50, ratio | p99, ratio |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            _stream_row(result, pace, who)
            for pace, who in ((PACED, NOBODY), (PACED, PEOPLE), (PACED, PROGRAMS), (FULL, NOBODY), (FULL, PROGRAMS))
            if result.of(pace, who)
        ),
        "",
        LATENCY,
        "",
        "## By kind of question",
        "",
        f"While articles come in at {PACED} and programs ask.",
        "",
        "| question | requests | p50 | p99 |",
        "| --- | ---: | ---: | ---: |",
        *_kinds(result.of(PACED, PROGRAMS)),
        "",
        "## Conditions",
        "",
        f"- command: `{COMMAND}`",
        *(f"- {name}: {value}" for name, value in {**result.machine, **result.plan}.items()),
        "",
    ]
    return "\n".join(lines)


def _asked_row(result: ServeResult, pace: str, who: str) -> str:
    got = _answers(result.of(pace, who))
    return (
        f"| {result.plan['clients']} {who} | {pace} | {got.per_second:.1f} | {_ms(got.p50)} | {_ms(got.p99)} | "
        f"{got.failed} | {got.cpu_seconds_per_1000:.2f} |"
    )


def _answers(turns: Sequence[Turn]) -> Answers:
    return Answers.of([turn.asked for turn in turns if turn.asked])


def _stream_row(result: ServeResult, pace: str, who: str) -> str:
    turns, alone = result.of(pace, who), result.of(pace, NOBODY)
    mean = {name: fmean(getattr(turn.flow, name) for turn in turns) for name in ("articles_per_second", "p50", "p99")}
    ratios = [f"{_ratio(turns, alone, name):.2f}" if who != NOBODY else "" for name in mean]
    return (
        f"| {pace} | {who} | {mean['articles_per_second']:.1f} | {mean['p50']:.2f} s | {mean['p99']:.2f} s | "
        f"{' | '.join(ratios)} |"
    )


def _ratio(turns: Sequence[Turn], alone: Sequence[Turn], name: str) -> float:
    """Returns the mean ratio of a measurement with clients to that without, round by round."""
    pairs = zip(turns, alone, strict=True)
    ratios = [getattr(one.flow, name) / getattr(other.flow, name) for one, other in pairs if getattr(other.flow, name)]
    return fmean(ratios) if ratios else 0.0


def _kinds(turns: Sequence[Turn]) -> list[str]:
    rows = sorted(_answers(turns).kinds.items(), key=lambda entry: -entry[1][2]) if turns else []
    return [f"| {name} | {number} | {_ms(p50)} | {_ms(p99)} |" for name, (number, p50, p99) in rows]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
