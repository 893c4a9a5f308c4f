"""The chaos run's result as a Markdown page."""

from collections import Counter
from collections.abc import Mapping, Sequence

from topology.bench.latency import quantile
from topology.chaos.plan import FREEZE, KILL
from topology.chaos.result import Ran, Verdict, recoveries

HOW = (
    "Written by `triplewire chaos`; do not edit. The same feed (new articles, revisions, retractions, unreadable "
    "records, pictures) runs twice through a stack of its own: once in peace, once while processes are killed "
    "(`kill`, SIGKILL), frozen (`freeze`, SIGSTOP for one and a half times the consumer group's session time-out), cut "
    "off from a server (`cut`: connections are reset and refused; `silence`: they stay open and carry nothing), or "
    "cannot extend a file (`fill`), and while second workers join and leave. The keeper, as in any embedded stack, "
    "starts again what died. Then every node and relationship of the two graphs is compared."
)
COUNTED = (
    "`lost`: nodes and relationships of the undisturbed graph that are missing or have other values, and bad records "
    "without a dead letter. `double`: nodes and relationships beyond those of the undisturbed graph, and good records "
    "among the dead letters. `out of order`: articles whose versions were not published in the order they came in."
)
RECOVERY = (
    "Seconds from the end of a blow until an article published at that moment, and everything before it, had been "
    "committed by every stage; for blows that the next one did not follow at once. The undisturbed row is the same "
    "measurement with nothing struck."
)
LEFT_OUT = (
    "Not done: a disk quota for Neo4j and Triton (only Kafka meets one), several brokers, and blows at the machine "
    "itself (power, clock)."
)


def page(
    undisturbed: Ran, disturbed: Ran, verdict: Verdict, machine: Mapping[str, str], conditions: Mapping[str, str | int]
) -> str:
    """Returns the result as Markdown."""
    kinds = Counter(one.blow.kind for one in disturbed.struck if one.hit)
    lines = [
        "# Chaos",
        "",
        HOW,
        "",
        "| | wanted | found |",
        "| --- | ---: | ---: |",
        f"| lost | 0 | {verdict.lost} |",
        f"| double | 0 | {verdict.double} |",
        f"| out of order | 0 | {verdict.out_of_order} |",
        "",
        COUNTED,
        "",
        *(f"- {example[:300]}" for example in verdict.examples),
        *([""] if verdict.examples else []),
        _blows(disturbed, kinds),
        "",
        _counts(undisturbed, disturbed),
        "",
        "## Time to recover",
        "",
        "| blow | struck | p50 | p99 | longest |",
        "| --- | ---: | ---: | ---: | ---: |",
        _row("undisturbed", undisturbed.calm),
        *(_row(name, seconds) for name, seconds in recoveries(disturbed.struck).items()),
        *(_row(f"every {kind}", _of_kind(disturbed, kind)) for kind in (KILL, FREEZE) if kinds[kind]),
        "",
        RECOVERY,
        "",
        LEFT_OUT,
        "",
        "## Conditions",
        "",
        *(f"- {name}: {value}" for name, value in {**machine, **conditions}.items()),
        "",
    ]
    return "\n".join(lines)


def _of_kind(disturbed: Ran, kind: str) -> list[float]:
    found = [one.recovery for one in disturbed.struck if one.hit and one.blow.kind == kind]
    return [seconds for seconds in found if seconds is not None]


def _blows(disturbed: Ran, kinds: Counter[str]) -> str:
    each = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    pressed = sum(not one.blow.alone for one in disturbed.struck)
    midstream = sum(one.in_midstream for one in disturbed.struck)
    return (
        f"{sum(kinds.values())} of {len(disturbed.struck)} blows found something to strike: {each}. {midstream} fell "
        f"while part of the slice published before was still unread, {pressed} were followed by the next one at once."
    )


def _counts(undisturbed: Ran, disturbed: Ran) -> str:
    audit = disturbed.audit
    return (
        f"{audit.articles} versions of articles and retractions gave {audit.documents} documents (with repeats after a "
        f"crash). {disturbed.poison} bad records gave {len(audit.letters)} different dead letters and "
        f"{audit.repeated_letters} repeats. The graph has {len(disturbed.graph)} nodes and relationships. The "
        f"undisturbed run took {undisturbed.seconds:.0f} s, the disturbed one {disturbed.seconds:.0f} s."
    )


def _row(name: str, seconds: Sequence[float]) -> str:
    values = list(seconds)
    if not values:
        return f"| {name} | 0 | | | |"
    p50, p99 = quantile(values, 0.5), quantile(values, 0.99)
    return f"| {name} | {len(values)} | {p50:.1f} s | {p99:.1f} s | {max(values):.1f} s |"
