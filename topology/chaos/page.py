"""The chaos run's result as a Markdown page."""

from collections import Counter
from collections.abc import Sequence

from topology.bench.latency import quantile
from topology.chaos.barrage import LONGEST_PAUSE
from topology.chaos.plan import FREEZE, KILL, LONGEST_WAIT
from topology.chaos.result import Struck, Trial, recoveries

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
    "committed by news, entities and sink; after a blow at the media worker or its decoder, also by media. Blows that "
    "the next one followed at once are not measured. The undisturbed row is the same measurement with nothing struck."
)
RUNS = (
    "`records`: versions of articles and retractions on `raw-news`. `documents`: what the news stage made of them, "
    "with repeats after a crash. `dead letters`: of different records + repeats. `graph`: nodes and relationships. "
    "`time`: of the undisturbed and of the disturbed run."
)
LEFT_OUT = (
    "Not done: a disk quota for Neo4j and Triton (only Kafka meets one), several brokers, and blows at the machine "
    "itself (power, clock)."
)


def page(trials: Sequence[Trial]) -> str:
    """Returns the results of one or several runs as Markdown."""
    struck = [one for trial in trials for one in trial.struck]
    kinds = Counter(one.blow.kind for one in struck if one.hit)
    examples = [example for trial in trials for example in trial.verdict.examples]
    lines = [
        "# Chaos",
        "",
        HOW,
        "",
        "| | wanted | found |",
        "| --- | ---: | ---: |",
        f"| lost | 0 | {sum(trial.verdict.lost for trial in trials)} |",
        f"| double | 0 | {sum(trial.verdict.double for trial in trials)} |",
        f"| out of order | 0 | {sum(trial.verdict.out_of_order for trial in trials)} |",
        "",
        COUNTED,
        "",
        *(f"- {example[:300]}" for example in examples),
        *([""] if examples else []),
        _blows(struck, kinds),
        "",
        "| run | blows | lost | double | out of order | records | documents | bad | dead letters | graph | time |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_run(number, trial) for number, trial in enumerate(trials, 1)),
        "",
        RUNS,
        "",
        "## Time to recover",
        "",
        "| blow | measured | p50 | p99 | longest |",
        "| --- | ---: | ---: | ---: | ---: |",
        _row("undisturbed", [seconds for trial in trials for seconds in trial.calm]),
        *(_row(name, seconds) for name, seconds in recoveries(struck).items()),
        *(_row(f"every {kind}", _of_kind(struck, kind)) for kind in (KILL, FREEZE) if kinds[kind]),
        "",
        RECOVERY,
        "",
        LEFT_OUT,
        "",
        "## Conditions",
        "",
        *(line for number, trial in enumerate(trials, 1) for line in _conditions(number, trial)),
    ]
    return "\n".join(lines)


def _of_kind(struck: Sequence[Struck], kind: str) -> list[float]:
    found = [one.recovery for one in struck if one.hit and one.blow.kind == kind and one.barrage == 1]
    return [seconds for seconds in found if seconds is not None]


def _blows(struck: Sequence[Struck], kinds: Counter[str]) -> str:
    each = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    asked = [one for one in struck if one.in_midstream is not None]
    midstream = sum(bool(one.in_midstream) for one in asked)
    pressed = sum(not one.blow.alone for one in asked)
    text = f"{sum(kinds.values())} of {len(struck)} blows found something to strike: {each}."
    if asked:
        text += (
            f" {len(asked)} fell one by one: {midstream} of them while part of the slice published before was still on "
            f"its way, and {pressed} were followed by the next one at once."
        )
    barrages = [one.barrage for one in struck if one.barrage > 1 and one.recovery is not None]
    if barrages:
        text += (
            f" {sum(barrages)} fell in {len(barrages)} barrages: one blow after the other, up to {LONGEST_WAIT:g} s "
            "apart, beside a slice for each, before the stream could recover; what is frozen or cut off stays so "
            f"meanwhile, and the keeper waits up to {LONGEST_PAUSE:g} s before it starts again what keeps dying, not a "
            "minute. A blow that found nothing fell on something that was dead, frozen or cut off already."
        )
    return text


def _run(number: int, trial: Trial) -> str:
    verdict = trial.verdict
    cells = (
        number,
        len(trial.struck),
        verdict.lost,
        verdict.double,
        verdict.out_of_order,
        trial.articles,
        trial.documents,
        trial.poison,
        f"{trial.letters} + {trial.repeated_letters}",
        trial.lines,
        f"{trial.seconds[0]:.0f} s, {trial.seconds[1]:.0f} s",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _conditions(number: int, trial: Trial) -> list[str]:
    return [
        f"Run {number}:",
        "",
        *(f"- {name}: {value}" for name, value in {**trial.machine, **trial.conditions}.items()),
        "",
    ]


def _row(name: str, seconds: Sequence[float]) -> str:
    values = list(seconds)
    if not values:
        return f"| {name} | 0 | | | |"
    p50, p99 = quantile(values, 0.5), quantile(values, 0.99)
    return f"| {name} | {len(values)} | {p50:.1f} s | {p99:.1f} s | {max(values):.1f} s |"
