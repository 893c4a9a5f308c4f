"""Writes vectors and suggestions together with the messages to publish, in one transaction.

This is a transactional outbox (https://microservices.io/patterns/data/transactional-outbox.html): after a crash between
writing and publishing the messages are still in the graph, and the repeated batch finds and publishes them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver, AsyncTransaction

from inference.link_prediction.suggester import Described
from streams.messages.outputs import serialise
from streams.messages.suggestion_events import Suggestions
from streams.road.metrics import REFRESHED, SUGGESTIONS
from streams.sink.faults import translated
from streams.sink.reading import fetch
from streams.suggestions import cypher, roles
from streams.suggestions.lifecycle import StoredSuggestion, SuggestionChanges, WantedSuggestion, changes
from streams.suggestions.reading import Found
from streams.suggestions.reasons import entity


@dataclass(frozen=True, slots=True)
class BatchStart:
    """The record that a batch begins with.

    Attributes:
        partition: Its partition.
        offset: Its offset.
        now: Its timestamp, milliseconds since 1970. Used instead of the clock, so that a repeat writes the same times.
    """

    partition: int
    offset: int
    now: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written of an entity.

    Attributes:
        found: The entity as it was read.
        digest: Hash of its neighbourhood and of everything else that vectors and suggestions depend on.
        described: Its vectors; None for an alias, which has neither vectors nor suggestions.
        wanted: Its suggestions as they should be now.
    """

    found: Found
    digest: str
    described: Described | None
    wanted: Sequence[WantedSuggestion] = ()


async def write(
    driver: AsyncDriver,
    database: str,
    outcomes: Sequence[Outcome],
    start: BatchStart,
    model: tuple[str, str],
    *,
    links: bool = True,
) -> set[str]:
    """Writes entities that nobody else has written since they were read.

    Args:
        driver: The graph's driver.
        database: The database's name.
        outcomes: What to write, one for each entity.
        start: The record that the batch begins with.
        model: Name and version of the link model.
        links: Whether to write suggestions too, and not only vectors.

    Returns:
        Ids of the entities that somebody else has written meanwhile: they have to be read again.

    Raises:
        GraphUnavailableError: Repeat the call.
    """
    with translated():
        async with driver.session(database=database) as session, await session.begin_transaction() as tx:
            by_id = {outcome.found.around.entity.id: outcome for outcome in outcomes}
            locked = await fetch(tx, cypher.LOCK_ENTITIES, ids=sorted(by_id))
            unchanged = {row["id"] for row in locked if row["neighbourhood"] == by_id[row["id"]].found.digest}
            mine = [by_id[id_] for id_ in sorted(unchanged)]
            await _profiles(tx, mine)
            changed = await _suggestions(tx, mine, start, model) if links else {}
            await tx.commit()
    REFRESHED.inc(sum(outcome.described is not None for outcome in mine))
    for each in changed.values():
        for what, rows in (("suggested", each.create), ("dropped", each.close), ("confirmed", each.confirm)):
            SUGGESTIONS.labels(what).inc(len(rows))
    return by_id.keys() - unchanged


async def _suggestions(
    tx: AsyncTransaction, outcomes: Sequence[Outcome], start: BatchStart, model: tuple[str, str]
) -> dict[str, SuggestionChanges]:
    """Writes suggestions and their messages; returns what changed, by entity id."""
    stored: dict[str, list[StoredSuggestion]] = defaultdict(list)
    ids = [outcome.found.around.entity.id for outcome in outcomes]
    for row in await fetch(tx, cypher.READ_SUGGESTIONS, ids=ids):
        weighed = row["confidence"], tuple(row["reasons"]), tuple(row["weights"])
        counted = row["together"], row["together_at"], row["shared"], row["story"], row["story_title"]
        values = *weighed, *counted, tuple(row["through"]), row["version"]
        parts = row["id"], row["subject"], row["relation"], row["object"], row["closed"], row["confirmed"]
        stored[row["asked"]].append(StoredSuggestion(*parts, values))
    changed: dict[str, SuggestionChanges] = {}
    messages = []
    for outcome in outcomes:
        known = outcome.found.around.entity
        found = changes(outcome.found.around, stored[known.id], outcome.wanted)
        if not found.any:
            continue
        changed[known.id] = found
        message = _message(outcome, model)
        messages.append(
            {"id": known.id, "partition": start.partition, "offset": start.offset, "message": message.decode()}
        )
    for query, rows in (
        (cypher.CREATE_SUGGESTIONS, [_row(o, i, start, model) for i, c in changed.items() for o in c.create]),
        (cypher.SET_SUGGESTIONS, [_row(o, i, start, model) for i, c in changed.items() for o in c.set]),
        (cypher.CLOSE_SUGGESTIONS, [{"id": id_, "now": start.now} for c in changed.values() for id_ in c.close]),
        (cypher.CONFIRM_SUGGESTIONS, [{"id": i, "since": at} for c in changed.values() for i, at in c.confirm]),
        (cypher.WRITE_PENDING, messages),
    ):
        if rows:
            await fetch(tx, query, rows=rows)
    return changed


async def _profiles(tx: AsyncTransaction, outcomes: Sequence[Outcome]) -> None:
    """Writes what the graph keeps of entities in addition to suggestions: vectors, roles and article counts."""
    profiles, vectors, aliases = [], [], []
    for outcome in outcomes:
        known, described = outcome.found.around.entity, outcome.described
        if described is None:
            aliases.append(known.id)
            continue
        profiles.append(
            {
                "id": known.id,
                "digest": outcome.digest,
                "roles": roles.encode(known.roles),
                "articles": known.articles,
                "at": known.at,
                "context": described.context,
            }
        )
        if described.text != outcome.found.described:
            vectors.append({"id": known.id, "text": described.text, "vector": described.own})
    for query, rows in ((cypher.WRITE_PROFILES, profiles), (cypher.WRITE_VECTORS, vectors)):
        if rows:
            await fetch(tx, query, rows=rows)
    if aliases:
        await fetch(tx, cypher.CLEAR_PROFILES, ids=aliases)


def _message(outcome: Outcome, model: tuple[str, str]) -> bytes:
    events = tuple(one.event for one in outcome.wanted)
    known = entity(outcome.found.around.entity)
    return serialise(Suggestions(id=known.id, entity=known, suggestions=events, model=model[0], model_version=model[1]))


def _row(one: WantedSuggestion, asked: str, start: BatchStart, model: tuple[str, str]) -> Mapping[str, Any]:
    event = one.event
    return {
        "id": event.id,
        "asked": asked,
        "subject": event.subject.id,
        "relation": event.predicate.id,
        "name": event.predicate.name,
        "object": event.object.id,
        "confidence": event.confidence,
        "reasons": [reason.fact for reason in event.reasons],
        "weights": [reason.weight for reason in event.reasons],
        "because": one.because,
        "together": event.together,
        "together_at": one.at,
        "shared": event.shared,
        "story": event.story.id if event.story else None,
        "story_title": event.story.title if event.story else None,
        "through": list(one.through),
        "model": model[0],
        "version": one.version,
        "now": start.now,
    }
