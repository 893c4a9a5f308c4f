"""What a reader would not see in counts: names that are one, facts that ended, and what the articles are about."""

from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver
from rich.console import Console
from rich.text import Text

from streams.desk.history import contradictions
from topology.graph.names import ALIAS_OF, ARTICLE, ENTITY, MENTIONS

SHOWN = 4
KEYWORDS = 12
TOP = 3
"""Keywords of an article that count for the whole feed."""

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
    """A fact that a newer one closed.

    Attributes:
        subject: Whom both are about.
        relation: What is said, in words.
        was: The older object.
        now: The newer one.
        at: The day since when it no longer holds.
        before: The best sentence for the older.
        after: The best sentence for the newer.
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
    """What to show: names that mean one entity, closed facts, and the feed's keywords with their articles."""

    names: list[tuple[str, list[str]]]
    ended: list[Ended]
    keywords: list[tuple[str, int]]


async def highlights(driver: AsyncDriver, database: str) -> Highlights:
    """Asks the graph."""

    async def rows(query: str, **parameters: Any) -> list[dict[str, Any]]:
        found = await driver.execute_query(query, parameters_=parameters, database_=database)
        return [record.data() for record in found.records]

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
        [(row["name"], sorted(row["names"])) for row in await rows(_NAMES, rows=SHOWN)],
        ended,
        [(row["keyword"], row["articles"]) for row in await rows(_KEYWORDS, rows=KEYWORDS, top=TOP)],
    )


def show(found: Highlights, console: Console) -> None:
    """Prints what there is."""

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    if found.keywords:
        console.print()
        line("What it was about", "bold")
        line("  " + ", ".join(f"{keyword} ({articles})" for keyword, articles in found.keywords))
    if found.names:
        console.print()
        line("One thing, several names", "bold")
        for name, others in found.names:
            line(f"  {name}: {', '.join(others)}")
    if found.ended:
        console.print()
        line("What has changed", "bold")
        for change in found.ended:
            line(f"  {change.subject} — {change.relation}: {change.was} until {change.at}, then {change.now}")
            line(f"    “{change.before}”", "italic")
            line(f"    “{change.after}”", "italic")
