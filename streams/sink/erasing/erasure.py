"""Erases articles and media items: their text, evidence and attachments, and what nothing else supports.

A retraction marks; an erasure deletes, for the law may demand it. What remains is a mark for each erased id, a hash and
a time, because other messages about it may still be on their way: its pictures are read by another worker, a transcript
is read by a third, and the registry publishes what its names stand for. `without_stragglers` drops them.

An id that is published again after its erasure starts again as a new article (decision 0040).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from neo4j import AsyncTransaction

from streams.corrections.erasing import words_of
from streams.messages.events import stable_id
from streams.messages.happening_events import MAX_TITLE
from streams.sink import cypher
from streams.sink.corrections import Batch, Editing, forget_words, uphold
from streams.sink.erasing import statements as erasing
from streams.sink.judging.ballots import Ballots
from streams.sink.judging.contradictions import RelationTypes, Touched, resolve_contradictions
from streams.sink.reading import fetch
from streams.sink.rows import AliasRow, ContentRow, CorrectionRow, DecisionRow, DocumentRow, NodeKey, Row, StoryRow
from streams.sink.settling import settle_facts
from streams.sink.stories import settle
from topology.graph.names import ARTICLE, ENTITY, MEDIA

_TITLE = "title"
"""Kind of the marks of erased headlines."""

MARGIN_MS = 10_000
"""By how much the clocks of the brokers and workers may differ."""


def mark_key(label: str, id_: str) -> str:
    """Returns the key of the mark of an erased node; the id itself cannot be read from it."""
    return stable_id("x", label, id_)


def until_erasures(rows: Sequence[Row]) -> list[list[Row]]:
    """Returns the rows in parts, each of which ends with its only erasure or with the batch."""
    parts: list[list[Row]] = [[]]
    for row in rows:
        parts[-1].append(row)
        if isinstance(row, DocumentRow) and row.erase:
            parts.append([])
    return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class Mark:
    """What the graph keeps of an erased article, media item or entity.

    Attributes:
        at: Content of it that is older than this was erased; milliseconds since 1970, by the clock of its own topic.
        until: What belongs to it and was made before this belongs to what was erased, unless it was published again.
    """

    at: int
    until: int


def mark_keys(rows: Iterable[Row]) -> set[str]:
    """Returns the keys of the marks that may say that some of the rows are stragglers."""
    keys: set[str] = set()
    for row in rows:
        if isinstance(row, ContentRow):
            keys |= {mark_key(*key) for key in _keys(row)}
        elif isinstance(row, DecisionRow):
            keys |= {mark_key(ENTITY, id_) for id_ in _named(row)}
            if isinstance(row, StoryRow):
                keys.add(mark_key(_TITLE, row.title))
    return keys


async def without_stragglers(
    transaction: AsyncTransaction, rows: Sequence[Row], found: Iterable[Mapping[str, Any]]
) -> list[Row]:
    """Returns the rows without those that were made before an erasure and arrive after it.

    - Content of an erased article or media item from before its erasure.
    - An attachment of what was erased and not published again. It gets a mark of its own, so that its triples and its
      own attachments are dropped too.
    - A decision on an erased name or happening that no article has used again.
    - Of a decision on a story, the title if it is an erased headline: the story may have got it from that article.

    Attachments and decisions have other keys, so nothing says whether they belong to the article from before or after
    the erasure, except the time: those from after `Mark.until` are kept, whatever has arrived.

    Args:
        transaction: An open transaction.
        rows: The rows in order of arrival.
        found: The marks of `mark_keys` that the graph has, as rows.
    """
    marks = {row["key"]: Mark(row["at"], row["until"]) for row in found}
    if not marks:
        return list(rows)
    content = [row for row in rows if isinstance(row, ContentRow)]
    decisions = [row for row in rows if isinstance(row, DecisionRow)]
    alive = await _alive(transaction, {row.link[1] for row in content if isinstance(row, DocumentRow) and row.link})
    present = await _present(transaction, content, {id_ for row in decisions for id_ in _named(row)})
    kept: list[Row] = []
    dropped: dict[NodeKey, Mark] = {}
    for row in rows:
        if isinstance(row, CorrectionRow):
            kept.append(row)
            continue
        if isinstance(row, DecisionRow):
            if not any(_before(row.at, marks.get(mark_key(ENTITY, id_))) for id_ in _named(row) if id_ not in present):
                kept.append(_without_erased_title(row, marks))
            continue
        node, mark = row.node(), marks.get(mark_key(*row.node()))
        if isinstance(row, DocumentRow) and row.erase:
            kept.append(row)
        elif mark and _made_at(row) < mark.at:
            continue
        elif (
            isinstance(row, DocumentRow)
            and row.link
            and row.link[1] not in alive
            and _before(row.at, marks.get(mark_key(*row.link[1])))
        ):
            # One later, so that its triples, which are as old as itself, count as before it.
            marks[mark_key(*node)] = dropped[node] = Mark(row.at + 1, row.stated_at + MARGIN_MS)
            alive.discard(node)
        else:
            kept.append(row)
            if isinstance(row, DocumentRow) and not row.retract:
                alive.add(node)
    await _mark(transaction, dropped)
    return kept


async def erase(transaction: AsyncTransaction, row: DocumentRow, types: RelationTypes) -> None:
    """Deletes an article or media item, its attachments, and whatever only they supported.

    Args:
        transaction: An open transaction in which the row was written as a retraction.
        row: The erasure.
        types: The ontology's relationship types.
    """
    nodes = await _with_attachments(transaction, row.node())
    facts: dict[str, str] = {}
    entities: set[str] = set()
    titles: set[str] = set()
    named: list[str | None] = [id_ for _, id_ in nodes]
    for label in (ARTICLE, MEDIA):
        if ids := sorted(id_ for of, id_ in nodes if of == label):
            for found in await fetch(transaction, erasing.read_brought(label), ids=ids):
                facts |= {fact["fact"]: fact["relation"] for fact in found["facts"]}
                entities |= set(found["entities"])
                named += [found["headline"], *found["words"]]
                titles |= {found["headline"][:MAX_TITLE]} if found["headline"] else set()
            await fetch(transaction, erasing.delete_evidence(label), ids=ids)
    touched = await settle_facts(transaction, facts, entities, types)
    await uphold(transaction, Editing(), Batch(touched), types)
    await forget_words(transaction, words_of(named))
    for label in (ARTICLE, MEDIA):
        if ids := sorted(id_ for of, id_ in nodes if of == label):
            await fetch(transaction, erasing.delete_nodes(label), ids=ids)
    gone, stories = await _delete_unsupported(transaction, entities, touched)
    if stories:
        for forget in (erasing.FORGET_TITLES, erasing.FORGET_SUGGESTED_TITLES):
            await fetch(transaction, forget, ids=sorted(stories), titles=sorted(titles))
        await settle(transaction, stories)
    mark = Mark(row.at, row.stated_at + MARGIN_MS)
    marked = [*((ENTITY, id_) for id_ in sorted(gone)), *((_TITLE, title) for title in sorted(titles))]
    await _mark(transaction, dict.fromkeys([*nodes, *marked], mark))
    await resolve_contradictions(transaction, touched, types, Ballots())


async def _with_attachments(transaction: AsyncTransaction, node: NodeKey) -> list[NodeKey]:
    """Returns a node, the media items that belong only to it, and the articles derived only from those."""
    label, id_ = node
    articles, media = ([id_], []) if label == ARTICLE else ([], [id_])
    if articles:
        media = [row["id"] for row in await fetch(transaction, erasing.READ_OWN_MEDIA, ids=articles)]
    if media:
        articles += [row["id"] for row in await fetch(transaction, erasing.READ_OWN_DERIVED, ids=media)]
    return [*((ARTICLE, one) for one in articles), *((MEDIA, one) for one in media)]


async def _delete_unsupported(
    transaction: AsyncTransaction, ids: Iterable[str], touched: Touched
) -> tuple[set[str], set[str]]:
    """Deletes the entities and values among these that no article names and no fact has.

    An alias of a deleted entity stands for itself again; one that nothing but the alias knew goes with it.

    Returns:
        Ids of the entities, and of the stories of those that were happenings.
    """
    wanted, gone, stories = set(ids), set[str](), set[str]()
    moved: dict[str, set[str]] = {}
    while wanted:
        await fetch(transaction, cypher.LOCK_ENTITIES, ids=sorted(wanted), locked=[])
        found = await fetch(transaction, erasing.READ_UNSUPPORTED, ids=sorted(wanted))
        await fetch(transaction, erasing.DELETE_VALUES, ids=sorted(wanted))
        unsupported = {row["id"] for row in found}
        await fetch(transaction, erasing.DELETE_ENTITIES, ids=sorted(unsupported))
        gone |= unsupported
        stories |= {story for row in found for story in row["stories"]}
        for row in found:
            for alias in row["aliases"]:
                moved.setdefault(alias, set()).add(row["id"])
        wanted = {id_ for row in found for id_ in (*row["aliases"], *row["stood_for"])} - gone
    # What only an earlier text mentioned is linked with nothing any more.
    gone |= {row["id"] for row in await fetch(transaction, erasing.DELETE_ISOLATED)}
    touched.moved = {alias: both - gone for alias, both in moved.items() if alias not in gone}
    return gone, stories


async def _alive(transaction: AsyncTransaction, nodes: Iterable[NodeKey]) -> set[NodeKey]:
    """Returns those of these articles and media items that the graph has a document of."""
    alive: set[NodeKey] = set()
    for label in (ARTICLE, MEDIA):
        if ids := sorted(id_ for of, id_ in nodes if of == label):
            found = await fetch(transaction, erasing.read_alive(label), ids=ids)
            alive |= {(label, row["id"]) for row in found}
    return alive


async def _present(transaction: AsyncTransaction, content: Sequence[ContentRow], named: Iterable[str]) -> set[str]:
    """Returns those of the named entities that the graph has, or that the content names."""
    found = await fetch(transaction, erasing.READ_ENTITIES, ids=sorted(named))
    there = {row["id"] for row in found}
    for row in content:
        if isinstance(row, DocumentRow):
            there |= {entity.id for entity in row.entities}
        else:
            there |= {row.subject.id, row.object.id}
    return there


async def _mark(transaction: AsyncTransaction, erased: Mapping[NodeKey, Mark]) -> None:
    rows = [{"key": mark_key(*node), "at": mark.at, "until": mark.until} for node, mark in sorted(erased.items())]
    if rows:
        await fetch(transaction, erasing.WRITE_MARKS, rows=rows)


def _made_at(row: ContentRow) -> int:
    """Returns when the message reached Kafka that this was read in; milliseconds since 1970."""
    return row.at if isinstance(row, DocumentRow) else int(row.evidence["observed_at"])


def _before(at: int, mark: Mark | None) -> bool:
    return mark is not None and at < mark.until


def _keys(row: ContentRow) -> list[NodeKey]:
    return [row.node(), *([row.link[1]] if isinstance(row, DocumentRow) and row.link else [])]


def _named(row: DecisionRow) -> list[str]:
    return [row.id, *([row.canonical.id] if isinstance(row, AliasRow) and row.canonical else [])]


def _without_erased_title(row: DecisionRow, marks: Mapping[str, Mark]) -> DecisionRow:
    if isinstance(row, StoryRow) and mark_key(_TITLE, row.title) in marks:
        return replace(row, title="")
    return row
