"""A small world: articles report who is whose brother or sister."""

from collections.abc import Sequence
from typing import Any

from neo4j import AsyncDriver

from streams.messages.correction_events import Correction
from streams.messages.events import Alias, Document, Entity, EntityMention, Predicate, Triple
from streams.messages.happening_events import Story
from streams.messages.suggestion_events import Suggestions
from streams.suggestions.changed import Change, combined
from streams.suggestions.outbox import Outbox
from streams.suggestions.refresh import Limits, Refresher
from streams.suggestions.writing import BatchStart
from tests.streams.sink.sample import ONTOLOGY, document, placed, triple
from tests.streams.suggestions.doubles import suggester
from topology.ontology import HAPPENING

SIBLING = Predicate(id="P3373", name="sibling")
ANN, BOB, CARL, DORA = (Entity.of(name, "person") for name in ("Ann", "Bob", "Carl", "Dora"))
LIMITS = Limits(least=0.3, kept=5, candidates=64)
Event = Triple | Document | Alias | Story | Correction


def article(id_: str, *facts: tuple[Entity, Entity], observed: float = 0, **changes: Any) -> list[Event]:
    """An article that says who is whose sibling."""
    named = tuple(EntityMention(entity=entity) for entity in dict.fromkeys(e for fact in facts for e in fact))
    facts_ = [
        triple(id_, subject=s, predicate=SIBLING, object_=o, observed=observed, start=n)
        for n, (s, o) in enumerate(facts)
    ]
    return [document(id_, observed=observed, mentions=named, published_at=None, **changes), *facts_]


def change(events: Sequence[Event]) -> Change:
    """What some events say something about, as the stage reads it from their records."""
    found = []
    for event in events:
        if isinstance(event, Triple):
            ends = [end for end in (event.subject, event.object) if isinstance(end, Entity)]
            found.append(Change(entities=frozenset(end.id for end in ends if end.type != HAPPENING)))
        elif isinstance(event, Document):
            named = frozenset(mention.entity.id for mention in event.mentions)
            found.append(Change(entities=named, documents=frozenset([event.id])))
        elif isinstance(event, Correction):
            found.append(Change(entities=frozenset([event.subject.id, event.object.id])))
        elif isinstance(event, Story) or event.alias.type == HAPPENING:
            found.append(Change(happenings=frozenset([event.id])))
        else:
            sides = [event.id, *([event.canonical.id] if event.canonical else ())]
            found.append(Change(entities=frozenset(sides), aliases=frozenset([event.id])))
    return combined(found)


class World:
    """The graph, its sink and what keeps suggestions in it."""

    def __init__(self, driver: AsyncDriver, writer: Any, version: str = "1", limits: Limits = LIMITS) -> None:
        self.driver, self._writer = driver, writer
        self.refresher = Refresher(driver, "neo4j", suggester(ONTOLOGY, version), ONTOLOGY, limits)
        self.outbox = Outbox(driver, "neo4j")
        self._next = 0

    async def write(self, events: Sequence[Event], *, refresh: bool = True) -> int:
        """Has the sink write events, and refreshes what they change; returns the first one's offset."""
        first = self._next
        self._next += len(events)
        await self._writer.write(placed(*events, first=first))
        if refresh:
            await self.refresh(events, first)
        return first

    async def refresh(self, events: Sequence[Event], offset: int) -> None:
        """Refreshes what events change."""
        await self.refresher.refresh(change(events), BatchStart(0, offset, 1000 + offset))

    async def pending(self, first: int = 0) -> dict[str, Suggestions]:
        """Returns what is to be published since an offset, by the entity's name."""
        found = [Suggestions.model_validate_json(message) for _, message in await self.outbox.pending({0: first})]
        return {each.entity.name: each for each in found}

    async def rows(self, query: str, **parameters: Any) -> list[Any]:
        return [row.values() for row in (await self.driver.execute_query(query, parameters)).records]

    async def suggested(self) -> set[tuple[str, str, str, str]]:
        """Returns who asks, subject, object and standing of every suggestion."""
        found = await self.rows(
            "MATCH (s)-[r:SUGGESTED]->(o) MATCH (a:Entity {id: r.asked}) RETURN a.name, s.name, o.name, "
            "CASE WHEN r.confirmed_at IS NOT NULL THEN 'confirmed' WHEN r.closed_at IS NULL THEN 'open' "
            "ELSE 'closed' END"
        )
        return {(a, s, o, standing) for a, s, o, standing in found}

    async def everything(self, *, timed: bool = True) -> list[str]:
        """Returns all that this stage keeps, in full; if wanted but for when it was suggested."""
        found = await self.rows(
            "MATCH (n:Entity) RETURN n.id, n.vector, n.context, n.neighbourhood, n.roles, n.articles, n.named_at "
            "ORDER BY n.id"
        )
        found += await self.rows(
            "MATCH ()-[r:SUGGESTED]->() RETURN r {.*, suggested_at: CASE WHEN $timed THEN r.suggested_at END} "
            "ORDER BY r.suggestion",
            timed=timed,
        )
        return [repr(row) for row in found]
