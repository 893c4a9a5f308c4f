"""What counts do not show: names of the same entity, facts that ended, and frequent keywords."""

from dataclasses import dataclass
from functools import partial

from neo4j import AsyncDriver
from rich.console import Console
from rich.text import Text

from streams.desk.history import contradictions
from streams.desk.rows import rows
from topology.graph.names import ALIAS_OF, ARTICLE, ENTITY, MENTIONS

SHOWN = 4
KEYWORDS = 12
TOP = 3
"""Keywords of each article that are counted for the feed."""

_NAMES = (
    f"MATCH (alias:{ENTITY})-[r:{ALIAS_OF}]->(whole:{ENTITY}) WHERE r.ended_at IS NULL AND alias.name <> whole.name "
    f"WITH whole, collect(DISTINCT alias.name) AS names, count {{ (whole)<-[:{MENTIONS}]-(:{ARTICLE}) }} AS articles "
    "RETURN whole.name AS name, names ORDER BY size(names) DESC, articles DESC, name LIMIT $rows"
)
_KEYWORDS = (
    f"MATCH (a:{ARTICLE}) WHERE a.retracted_at IS NULL UNWIND a.keywords[..$top] AS keyword "
    "RETURN keyword, count(*) AS articles ORDER BY articles DESC, keyword LIMIT $rows"
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A fact that a newer fact closed.

    Attributes:
        subject: The subject of both.
        relation: The relation, in words.
        was: The older object.
        now: The newer one.
        at: The day on which it ended.
        before: The best sentence for the older fact.
        after: The best sentence for the newer fact.
    """

    subject: str
    relation: str
    was: str
    now: str
    at: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Highlights:
    """Names of the same entity, closed facts, and keywords with their numbers of articles."""

    names: list[tuple[str, list[str]]]
    ended: list[Ended]
    keywords: list[tuple[str, int]]


async def highlights(driver: AsyncDriver, database: str) -> Highlights:
    """Queries the graph."""
    ask = partial(rows, driver, database)
    ended = [
        Ended(
            subject=row["subject"],
            relation=row["relation"],
            was=row["was"],
            now=row["now"],
            at=row["at"].to_native().date().isoformat(),
            before=row["before"]["sentence"],
            after=row["after"]["sentence"],
        )
        for row in await contradictions(driver, database, SHOWN)
    ]
    return Highlights(
        [(row["name"], sorted(row["names"])) for row in await ask(_NAMES, rows=SHOWN)],
        ended,
        [(row["keyword"], row["articles"]) for row in await ask(_KEYWORDS, rows=KEYWORDS, top=TOP)],
    )


def show(found: Highlights, console: Console) -> None:
    """Prints the highlights."""

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    if found.keywords:
        console.print()
        line("Most frequent keywords", "bold")
        line("  " + ", ".join(f"{keyword} ({articles})" for keyword, articles in found.keywords))
    if found.names:
        console.print()
        line("One entity, several names", "bold")
        for name, others in found.names:
            line(f"  {name}: {', '.join(others)}")
    if found.ended:
        console.print()
        line("What has changed", "bold")
        for change in found.ended:
            line(f"  {change.subject} — {change.relation}: {change.was} until {change.at}, then {change.now}")
            line(f"    “{change.before}”", "italic")
            line(f"    “{change.after}”", "italic")
