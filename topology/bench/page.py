"""The benchmark's result as a Markdown page."""

from topology.bench.cpu import MODEL
from topology.bench.run import RATE, Flow, Result

PER = 1000

HOW = (
    "Written by `triplewire bench`; do not edit. It starts Kafka, Neo4j, Triton and the workers on an empty state of "
    "their own, warms them up, sends articles through at full speed and then at a fixed rate, and last lets the sink "
    "write by itself."
)
LATENCY = (
    "p50 and p99 are of an article's latency, from its Kafka timestamp until a query finds it in the graph; at full "
    "speed it is mostly the wait behind the articles published before it."
)
HAPPENINGS = (
    "Happenings are counted in the graph. Each article's report of one counts: this is what the model said, before the "
    "entities worker decides which reports are of one happening."
)
CPU = (
    f"CPU-seconds per {PER} articles at full speed, user and system, as the operating system counts them. `{MODEL}` is "
    "Triton's Python stubs, which run the ONNX sessions; the publisher is not counted."
)


def page(result: Result) -> str:
    """Returns the result as Markdown, with each aim next to its measurement."""
    full, paced, sink = result.full_speed, result.paced, result.sink
    used = sum(full.cpu_seconds.values())
    per = PER * used / full.articles
    model = full.cpu_seconds.get(MODEL, 0.0)
    aims = [
        ("CPU-seconds per 1000 articles, all processes", f"{per:.2f}", "≤ 5", per <= 5),  # noqa: PLR2004
        _at_least("sink, triples/s with evidence kept", sink["triples_per_second"], 10_000),
        _at_least("replay behind the offsets, records/s", sink["replay_per_second"], 300_000),
        (f"p99 publish → graph at {RATE:.0f} articles/s", f"{paced.p99:.2f} s", "< 2 s", paced.p99 < 2),  # noqa: PLR2004
    ]
    lines = [
        "# Benchmark",
        "",
        HOW,
        "",
        "| aim | measured | wanted | reached |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {what} | {measured} | {wanted} | {'yes' if reached else 'no'} |"
            for what, measured, wanted, reached in aims
        ),
        "",
        "## The whole road",
        "",
        "| | articles | articles/s | triples and names/s | happenings | happenings/s | p50 | p99 | watched |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        _row("full speed", full),
        _row(f"{RATE:.0f} articles/s", paced),
        "",
        LATENCY,
        "",
        HAPPENINGS,
        "",
        "## Where the CPU goes",
        "",
        CPU,
        "",
        "| process | CPU-seconds | share |",
        "| --- | ---: | ---: |",
        *(
            f"| {name} | {PER * seconds / full.articles:.2f} | {seconds / used:.0%} |"
            for name, seconds in sorted(full.cpu_seconds.items(), key=lambda entry: -entry[1])
        ),
        f"| all | {per:.2f} | 100% |",
        "",
        f"The model's share of the whole is {model / used:.0%}.",
        "",
        "## The sink by itself",
        "",
        "| | a second |",
        "| --- | ---: |",
        *(f"| {_words(name)} | {value:,.0f} |" for name, value in sink.items()),
        "",
        "## Conditions",
        "",
        *(f"- {name}: {value}" for name, value in {**result.machine, **result.plan}.items()),
        "",
    ]
    return "\n".join(lines)


def _at_least(what: str, measured: float, wanted: float) -> tuple[str, str, str, bool]:
    return what, f"{measured:,.0f}", f"≥ {wanted:,.0f}", measured >= wanted


def _row(name: str, flow: Flow) -> str:
    rates = f"{flow.articles_per_second:.1f} | {flow.triples_per_second:.1f}"
    happened = f"{flow.happenings} | {flow.happenings_per_second:.1f}"
    return f"| {name} | {flow.articles} | {rates} | {happened} | {flow.p50:.2f} s | {flow.p99:.2f} s | {flow.watched} |"


def _words(name: str) -> str:
    return name.removesuffix("_per_second").replace("_", " ")
