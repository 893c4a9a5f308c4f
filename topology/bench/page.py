"""The benchmark's result as a Markdown page."""

from topology.bench.cpu import MODEL
from topology.bench.run import Flow, Result

PER = 1000

WORKER = "worker-"

LATEST = {12.0: 0.5, 24.0: 2.0}
"""Seconds in which 99 of 100 articles have to be in the graph, by the articles that arrive a second."""

HOW = (
    "Written by `triplewire bench`; do not edit. It starts Kafka, Neo4j, Triton and the workers on an empty state of "
    "their own, warms them up, sends articles through at full speed and then at fixed rates, and last lets the bare "
    "parts and the sink work by themselves."
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


BARE = (
    "The bare encoder is the shipped encoder alone over the windows of the same articles, one a call, on as many "
    "threads as the served model has instances. Bare Kafka is one record of the same articles produced once and "
    "consumed once, without Faust, with what the broker does for it. The recipe merges articles, names, mentions, "
    "counted facts and evidence with all properties in one statement, and forgets whatever makes a graph right: "
    "offsets, withdrawals, aliases, corrections and contradictions. Everything is measured in the same run."
)


def page(result: Result) -> str:
    """Returns the result as Markdown, with each aim next to its measurement."""
    full = result.full_speed
    used = sum(full.cpu_seconds.values())
    per = PER * used / full.articles
    encoder = result.yardsticks.encoder * full.articles
    lines = [
        "# Benchmark",
        "",
        HOW,
        "",
        "| aim | measured | wanted | reached |",
        "| --- | ---: | ---: | --- |",
        *_aims(result),
        "",
        "## The whole road",
        "",
        "| | articles | articles/s | triples and names/s | happenings | happenings/s | p50 | p99 | watched |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        _row("full speed", full),
        *(_row(f"{rate:.0f} articles/s", flow) for rate, flow in result.paced.items()),
        *([_row("long articles", result.posts)] if result.posts else []),
        "",
        LATENCY,
        "",
        HAPPENINGS,
        "",
        f"Servers and workers were ready {result.start:.0f} s after the start.",
        "",
        "## Where the CPU goes",
        "",
        CPU,
        "",
        "| process | CPU-seconds | share | of the bare encoder | memory |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {PER * seconds / full.articles:.2f} | {seconds / used:.0%} | {seconds / encoder:.2f} x | "
            f"{_memory(result, name)} |"
            for name, seconds in sorted(full.cpu_seconds.items(), key=lambda entry: -entry[1])
        ),
        f"| all | {per:.2f} | 100% | {used / encoder:.2f} x | {sum(result.memory.values()):.0f} MiB |",
        f"| bare encoder | {PER * result.yardsticks.encoder:.2f} | | 1.00 x | |",
        f"| bare Kafka, once | {PER * result.yardsticks.kafka:.2f} | | | |",
        "",
        BARE,
        "",
        "## The sink by itself",
        "",
        "| records a batch | triples/s | the recipe's | share | processor time over the recipe's |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {one.batch} | {one.triples:,.0f} | {one.recipe:,.0f} | {one.share:.2f} | {one.cost:.2f} x |"
            for one in result.sink.sizes
        ),
        "",
        _replays(result),
        "",
        "## Conditions",
        "",
        *(f"- {name}: {value}" for name, value in {**result.machine, **result.plan}.items()),
        "",
    ]
    return "\n".join(lines)


def _replays(result: Result) -> str:
    return (
        f"Triples that the graph has, at new offsets: {result.sink.republished_per_second:,.0f} a second. Records "
        f"behind the offsets: {result.sink.replay_per_second:,.0f}."
    )


def _aims(result: Result) -> list[str]:
    full, encoder = result.full_speed, result.yardsticks.encoder * result.full_speed.articles
    workers = sum(size for name, size in result.memory.items() if name.startswith(WORKER))
    large, small = result.sink.sizes
    aims = [
        _aim("processor time of all processes, over the bare encoder's", sum(full.cpu_seconds.values()) / encoder, 2.2),
        _aim("the model's, over the bare encoder's", full.cpu_seconds.get(MODEL, 0.0) / encoder, 1.25),
        _aim("Neo4j's, over the bare encoder's", full.cpu_seconds.get("neo4j", 0.0) / encoder, 0.5),
        _aim(f"triples/s of the sink, over the recipe's, batches of {large.batch}", large.share, 0.75, most=False),
        _aim(f"processor time of the sink, over the recipe's, batches of {small.batch}", small.cost, 1.5),
        *(
            _aim(f"p99 publish → graph at {rate:.0f} articles/s, in seconds", flow.p99, LATEST[rate])
            for rate, flow in result.paced.items()
        ),
        _aim("memory of all workers, in MiB", workers, 600),
        _aim("replay behind the offsets, records/s", result.sink.replay_per_second, 300_000, most=False),
    ]
    if result.posts:
        aims.append(_aim("words/s of long articles", result.words / result.posts.seconds, 12_000, most=False))
    return aims


def _aim(what: str, measured: float, wanted: float, *, most: bool = True) -> str:
    """Returns the row of an aim, at most or at least what is wanted."""
    reached = measured <= wanted if most else measured >= wanted
    shown = f"{measured:,.2f}" if wanted < PER / 10 else f"{measured:,.0f}"
    return f"| {what} | {shown} | {'≤' if most else '≥'} {wanted:,g} | {'yes' if reached else 'no'} |"


def _memory(result: Result, name: str) -> str:
    # The model's processes are Triton's children, so their memory is part of Triton's.
    return f"{result.memory[name]:.0f} MiB" if name in result.memory else ""


def _row(name: str, flow: Flow) -> str:
    rates = f"{flow.articles_per_second:.1f} | {flow.triples_per_second:.1f}"
    happened = f"{flow.happenings} | {flow.happenings_per_second:.1f}"
    late = f"{flow.p50:.2f} s | {flow.p99:.2f} s" if flow.watched else " | "
    return f"| {name} | {flow.articles} | {rates} | {happened} | {late} | {flow.watched} |"
