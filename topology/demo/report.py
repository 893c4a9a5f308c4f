"""The content of the graph as tables."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from neo4j import AsyncDriver
from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.desk.happening_views import HappeningView
from streams.desk.happenings import happenings
from streams.desk.history import NOT_HAPPENING
from streams.desk.rows import rows
from topology.cli.graph.happenings import print_happenings
from topology.graph.names import (
    ARTICLE,
    ENTITY,
    EVIDENCE,
    FROM,
    MEDIA,
    MENTIONS,
    is_named,
)

ROWS = 8
EXAMPLES = 3
CANDIDATES = 200
HAPPENED = 12
"""Happenings that are shown."""

_FACT = f"r:{NOT_HAPPENING}"

_TYPES = (
    f"MATCH (e:{ENTITY}) WHERE {is_named('e')} RETURN e.type AS name, count(*) AS number ORDER BY number DESC, name"
)
_RELATIONS = (
    f"MATCH (:{ENTITY})-[{_FACT}]->() WHERE r.id IS NOT NULL AND r.retracted_at IS NULL "
    "RETURN type(r) AS name, count(*) AS number ORDER BY number DESC, name"
)
_MENTIONED = (
    f"MATCH (:{ARTICLE})-[:{MENTIONS}]->(e:{ENTITY}) "
    "RETURN e.name AS name, count(*) AS number ORDER BY number DESC, name LIMIT $rows"
)
_FACTS = (
    f"MATCH (s:{ENTITY})-[{_FACT}]->(o) WHERE r.id IS NOT NULL AND r.retracted_at IS NULL "
    "RETURN r.id AS fact, s.name AS subject, type(r) AS relation, "
    "coalesce(o.name, o.value, o.caption, o.id) AS object, "
    "r.count AS evidence, r.confidence AS confidence ORDER BY confidence DESC, evidence DESC, fact LIMIT $rows"
)
_EVIDENCE = (
    f"UNWIND $facts AS fact MATCH (e:{EVIDENCE} {{fact: fact}})-[:{FROM}]->(a:{ARTICLE}|{MEDIA}) "
    "WHERE e.retracted_at IS NULL "
    "WITH fact, e, a ORDER BY e.confidence DESC, e.id "
    "WITH fact, collect({sentence: e.sentence, headline: a.headline, source: a.source, url: a.url})[0] AS best "
    "RETURN fact, best"
)


@dataclass(frozen=True, slots=True)
class Example:
    """A fact with its best sentence."""

    subject: str
    relation: str
    object: str
    evidence: int
    confidence: float
    sentence: str
    headline: str
    source: str
    url: str | None


@dataclass(frozen=True, slots=True)
class GraphReport:
    """The content of the graph. The lists are (name, number), largest first; what happened, most reported first."""

    entities: list[tuple[str, int]]
    relations: list[tuple[str, int]]
    mentioned: list[tuple[str, int]]
    examples: list[Example]
    happened: list[HappeningView]


async def report(driver: AsyncDriver, database: str) -> GraphReport:
    """Queries the graph."""
    ask = partial(rows, driver, database)

    async def counts(query: str, **parameters: Any) -> list[tuple[str, int]]:
        return [(row["name"], row["number"]) for row in await ask(query, **parameters)]

    facts = _varied(await ask(_FACTS, rows=CANDIDATES))
    best = {row["fact"]: row["best"] for row in await ask(_EVIDENCE, facts=[f["fact"] for f in facts])}
    examples = [
        Example(**{k: v for k, v in f.items() if k != "fact"}, **best[f["fact"]]) for f in facts if f["fact"] in best
    ]
    return GraphReport(
        await counts(_TYPES),
        await counts(_RELATIONS),
        await counts(_MENTIONED, rows=ROWS),
        examples[:EXAMPLES],
        await happenings(driver, database, limit=HAPPENED),
    )


def _varied(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the most confident facts, preferring one for each relation."""
    first = {fact["relation"]: fact for fact in reversed(facts)}
    chosen = sorted(first.values(), key=facts.index)
    return (chosen + [fact for fact in facts if fact not in chosen])[:EXAMPLES]


def show(found: GraphReport, console: Console) -> None:
    """Prints the report: first what happened, if the model of the feed's language reads it."""
    print_happenings(found.happened, console, title="What happened")
    table = Table(title="The graph now", title_justify="left", show_lines=False)
    for heading in ("Entities", "Facts", "Named most often"):
        table.add_column(heading)
        table.add_column("", justify="right")
    columns = [_shortened(found.entities), _shortened(found.relations), found.mentioned[:ROWS]]
    for row in range(max(map(len, columns))):
        cells = [column[row] if row < len(column) else ("", "") for column in columns]
        table.add_row(*(Text(str(part)) for cell in cells for part in cell))
    table.add_section()
    total = (sum(n for _, n in found.entities), sum(n for _, n in found.relations))
    table.add_row("all", str(total[0]), "all", str(total[1]), "", "", style="bold")
    console.print(table)
    for example in found.examples:
        console.print()
        console.print(Text(f"{example.subject} — {example.relation} → {example.object}", style="bold"))
        console.print(Text(f"  “{example.sentence}”", style="italic"), soft_wrap=True)
        origin = " · ".join(filter(None, (example.headline, example.source, example.url)))
        pieces = "1 piece" if example.evidence == 1 else f"{example.evidence} pieces"
        console.print(Text(f"  {origin} ({pieces} of evidence, confidence {example.confidence:.2f})"), soft_wrap=True)


def _shortened(counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    if len(counts) <= ROWS:
        return counts
    rest = counts[ROWS - 1 :]
    return [*counts[: ROWS - 1], (f"{len(rest)} more", sum(n for _, n in rest))]
