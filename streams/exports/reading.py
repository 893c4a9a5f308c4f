"""Reads the whole graph as records, in an order that depends only on the graph, holding one page at a time."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncDriver, RoutingControl

from streams.exports import cypher
from streams.exports.days import beginning, end
from streams.exports.records import (
    ArticleRecord,
    Confirmation,
    End,
    EntityRecord,
    EvidenceRecord,
    FactRecord,
    Kind,
    MediaRecord,
    Mentioned,
    Record,
    StoryRecord,
    ValueRecord,
)
from topology.graph.names import ARTICLE, CLAIMED, ENTITY, LITERAL, MEDIA, STORY

PAGE = 500
"""Rows of a page."""

PIECES = 20
"""Pieces of evidence that come with a fact; more are read by themselves, so that a page is bounded."""

MORE_PIECES = 2000
"""Pieces of evidence of a page that has nothing else."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    (ENTITY, "entity"), (LITERAL, "value"), (ARTICLE, "article"), (MEDIA, "media"),
)  # fmt: skip

Progress = Callable[[int, int], None]
"""Called with how much has been read and how much there is: nodes and relationships, those left out among them."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the export: what a label or relationship type has.

    Attributes:
        statement: Reads a page of it; of relationships it only finds them.
        counted: Counts what there is.
        made: Makes a record of a row.
        by: Of claims, the time by which evidence counts.
    """

    statement: str
    counted: str
    made: Callable[[Mapping[str, Any]], Record | None]
    by: datetime | None = None


@dataclass(frozen=True, slots=True)
class WholeGraph:
    """The graph of a database, as of a time.

    Attributes:
        driver: The graph's, of an account that may only read.
        database: The database's name; None for the default one.
        at: The time whose facts and claims are wanted, by what is known today; None for now.
        ended: Whether facts are wanted too that do not hold: ended, disputed. Withdrawn ones never are.
        page: Rows of a page.
        pieces: Pieces of evidence that come with a fact.
    """

    driver: AsyncDriver
    database: str | None = None
    at: datetime | None = None
    ended: bool = False
    page: int = PAGE
    pieces: int = PIECES

    async def records(self, progress: Progress = lambda _done, _total: None) -> AsyncIterator[Record]:
        """Yields every record: nodes before the facts about them, and a fact before its evidence.

        Each page is read by itself: if the graph changes meanwhile, what comes may be of before or after the change.

        Raises:
            Neo4jError: The graph did not answer.
        """
        counted = [(section, (await self._rows(section.counted))[0]["n"]) for section in await self._sections()]
        done, total = 0, sum(size for _, size in counted)
        for section, size in counted:
            # The schema names relationship types that no fact has; none of them is to cost a plan.
            if not size:
                continue
            read = 0
            async for row in self._pages(section):
                read += 1
                progress(done + min(read, size), total)
                record = section.made(row)
                if record is None:
                    continue
                yield record
                if isinstance(record, FactRecord):
                    async for piece in self._evidence(row["evidence"], record, section.by):
                        yield piece
            done += size
            progress(done, total)

    async def _sections(self) -> list[_Section]:
        types = [row["type"] for row in await self._rows(cypher.TYPES) if row["type"] not in cypher.NO_FACTS]
        nodes = [
            _Section(statement, cypher.count_nodes(label), made)
            for statement, label, made in (
                (cypher.ENTITIES, ENTITY, _entity),
                (cypher.VALUES, LITERAL, _value),
                (cypher.ARTICLES, ARTICLE, _article),
                (cypher.ITEMS, MEDIA, _media),
                (cypher.STORIES, STORY, _story),
            )
        ]
        then = self.at is not None
        facts = [
            _Section(cypher.facts(type_, then=then, ended=self.ended), cypher.count_facts(type_), _fact)
            for type_ in types
        ]
        return [*nodes, *facts, _Section(cypher.CLAIMS, cypher.count_facts(CLAIMED), _fact, by=self.at)]

    async def _pages(self, section: _Section) -> AsyncIterator[dict[str, Any]]:
        after = ""
        while True:
            rows = found = await self._rows(section.statement, after=after, limit=self.page, at=self.at)
            if found and "element" in found[0]:
                holds = {row["id"]: row["holds"] for row in found}
                elements = [row["element"] for row in found]
                rows = await self._rows(cypher.DETAILS, elements=elements, pieces=self.pieces, by=section.by)
                rows = [row | {"holds": holds[row["id"]]} for row in rows if row["id"] in holds]
            for row in rows:
                yield row
            if len(found) < self.page:
                return
            after = found[-1]["id"]

    async def _evidence(
        self, pieces: list[dict[str, Any]], fact: FactRecord, by: datetime | None
    ) -> AsyncIterator[EvidenceRecord]:
        for piece in pieces:
            yield _piece(piece)
        size = self.pieces
        while len(pieces) == size:
            size, after = MORE_PIECES, pieces[-1]["id"]
            found = await self._rows(cypher.MORE_EVIDENCE, fact=fact.id, after=after, pieces=size, by=by)
            pieces = [row["piece"] for row in found]
            for piece in pieces:
                yield _piece(piece)

    async def _rows(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        found = await self.driver.execute_query(
            statement, parameters_=parameters, database_=self.database, routing_=RoutingControl.READ
        )
        return [row.data() for row in found.records]


def _entity(row: Mapping[str, Any]) -> EntityRecord:
    return EntityRecord(**{**row, "stories": tuple(row["stories"])})


def _value(row: Mapping[str, Any]) -> ValueRecord:
    return ValueRecord(**row)


def _article(row: Mapping[str, Any]) -> ArticleRecord:
    lists = {name: tuple(row[name]) for name in ("keywords", "derived_from")}
    return ArticleRecord(**{**row, **lists, "published_at": native(row["published_at"]), "mentions": _mentions(row)})


def _media(row: Mapping[str, Any]) -> MediaRecord:
    more = {"illustrates": tuple(row["illustrates"]), "mentions": _mentions(row)}
    return MediaRecord(**{**row, **more, "published_at": native(row["published_at"])})


def _story(row: Mapping[str, Any]) -> StoryRecord:
    return StoryRecord(**row)


def _mentions(row: Mapping[str, Any]) -> tuple[Mentioned, ...]:
    return tuple(Mentioned(entity, count) for entity, count in row["mentions"])


def _fact(row: Mapping[str, Any]) -> FactRecord | None:
    subject, object_ = _end(row["subject"]), _end(row["object"])
    if subject is None or object_ is None:  # of somebody else's data in the same database
        return None
    r = {name: native(value) for name, value in row["r"].items()}
    claim = "claim" in r
    before = [native(time) for time in r.get("held_before") or ()]
    return FactRecord(
        id=row["id"],
        type=r["relation"] if claim else row["type"],
        property=r["property"],
        relation=r["name"],
        subject=subject,
        object=object_,
        about=r["fact"] if claim else None,
        modality=r.get("modality") if claim else None,
        holds=row["holds"],
        kind=r.get("kind"),
        standing=r.get("standing"),
        count=r["count"],
        confidence=r["confidence"],
        first_seen=r["first_seen"],
        last_seen=r["last_seen"],
        since=None if claim else beginning(r, row["begins"]),
        until=end(r, row["ends"]),
        at_latest=bool(r.get("at_latest")),
        periods=tuple(zip(before[::2], before[1::2], strict=True)),
        confirmed=_confirmation(row["confirmed"]),
    )


def _confirmation(row: Mapping[str, Any] | None) -> Confirmation | None:
    return Confirmation(**{name: native(value) for name, value in row.items()}) if row else None


def _end(row: Mapping[str, Any]) -> End | None:
    kind = next((kind for label, kind in _KINDS if label in row["labels"]), None)
    if kind is None or row["id"] is None:
        return None
    whole = row["whole"] or row
    if kind != "value":
        return End(kind, whole["id"], whole["name"])
    return End(kind, row["id"], row["value"], ValueRecord(row["id"], row["value"], row["datatype"], row["unit"] or ""))


def _piece(row: Mapping[str, Any]) -> EvidenceRecord:
    lists = {name: tuple(row[name] or ()) for name in ("span", "box")}
    return EvidenceRecord(**{**row, **lists, "seen_at": native(row["seen_at"])})


def native(value: Any) -> Any:
    """Returns Python's time for Neo4j's, and everything else as it is."""
    return value.to_native() if hasattr(value, "to_native") else value
