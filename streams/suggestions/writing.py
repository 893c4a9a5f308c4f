"""Writing vectors and suggestions, and with them what is to be published, in one transaction.

That is the transactional outbox (https://microservices.io/patterns/data/transactional-outbox.html): a crash between
writing and publishing leaves a note of what is not told yet, and the batch that comes again finds it.
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
from streams.suggestions.evidence import entity
from streams.suggestions.reading import Found
from streams.suggestions.standing import Kept, Moves, Open, moves


@dataclass(frozen=True, slots=True)
class Origin:
    """The record that a batch begins with.

    Attributes:
        partition: Its partition.
        offset: Its offset.
        now: Its timestamp, milliseconds since 1970: the same whenever it comes again.
    """

    partition: int
    offset: int
    now: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """An entity as it was read, and what the models make of it; an alias has neither vectors nor suggestions.

    Attributes:
        found: As it was read.
        digest: Of its surroundings, and of what else counts.
        described: Its vectors.
        wanted: What is to be suggested.
    """

    found: Found
    digest: str
    described: Described | None
    wanted: Sequence[Open] = ()


async def write(
    driver: AsyncDriver,
    database: str,
    outcomes: Sequence[Outcome],
    origin: Origin,
    model: tuple[str, str],
    *,
    links: bool = True,
) -> set[str]:
    """Writes what became of entities, unless somebody else wrote of them since they were read.

    Args:
        driver: Of the graph.
        database: Its name.
        outcomes: What became of them.
        origin: What they were looked at for.
        model: Name and version of the link model.
        links: Whether suggestions are written too, and not vectors only.

    Returns:
        Ids of those that have to be read again.

    Raises:
        GraphUnavailableError: Passing trouble; repeat the call.
    """
    with translated():
        async with driver.session(database=database) as session, await session.begin_transaction() as tx:
            by_id = {outcome.found.around.entity.id: outcome for outcome in outcomes}
            locked = await fetch(tx, cypher.LOCK, ids=sorted(by_id))
            unchanged = {row["id"] for row in locked if row["neighbourhood"] == by_id[row["id"]].found.digest}
            mine = [by_id[id_] for id_ in sorted(unchanged)]
            await _profiles(tx, mine)
            changed = await _suggestions(tx, mine, origin, model) if links else {}
            await tx.commit()
    REFRESHED.inc(sum(outcome.described is not None for outcome in mine))
    for each in changed.values():
        for what, rows in (("suggested", each.create), ("dropped", each.close), ("confirmed", each.confirm)):
            SUGGESTIONS.labels(what).inc(len(rows))
    return by_id.keys() - unchanged


async def _suggestions(
    tx: AsyncTransaction, outcomes: Sequence[Outcome], origin: Origin, model: tuple[str, str]
) -> dict[str, Moves]:
    kept: dict[str, list[Kept]] = defaultdict(list)
    ids = [outcome.found.around.entity.id for outcome in outcomes]
    for row in await fetch(tx, cypher.READ_SUGGESTED, ids=ids):
        weighed = row["confidence"], tuple(row["reasons"]), tuple(row["weights"])
        counted = row["together"], row["together_at"], row["shared"]
        values = *weighed, *counted, tuple(row["through"]), row["version"]
        parts = row["id"], row["subject"], row["relation"], row["object"], row["closed"], row["confirmed"]
        kept[row["asked"]].append(Kept(*parts, values))
    changes: dict[str, Moves] = {}
    untold = []
    for outcome in outcomes:
        known = outcome.found.around.entity
        found = moves(outcome.found.around, kept[known.id], outcome.wanted)
        if not found.any:
            continue
        changes[known.id] = found
        message = _message(outcome, model)
        untold.append(
            {"id": known.id, "partition": origin.partition, "offset": origin.offset, "message": message.decode()}
        )
    for query, rows in (
        (cypher.CREATE_SUGGESTED, [_row(o, i, origin, model) for i, c in changes.items() for o in c.create]),
        (cypher.SET_SUGGESTED, [_row(o, i, origin, model) for i, c in changes.items() for o in c.set]),
        (cypher.CLOSE_SUGGESTED, [{"id": id_, "now": origin.now} for c in changes.values() for id_ in c.close]),
        (cypher.CONFIRM_SUGGESTED, [{"id": i, "since": at} for c in changes.values() for i, at in c.confirm]),
        (cypher.WRITE_UNTOLD, untold),
    ):
        if rows:
            await fetch(tx, query, rows=rows)
    return changes


async def _profiles(tx: AsyncTransaction, outcomes: Sequence[Outcome]) -> None:
    profiles, vectors, gone = [], [], []
    for outcome in outcomes:
        known, described = outcome.found.around.entity, outcome.described
        if described is None:
            gone.append(known.id)
            continue
        profiles.append(
            {
                "id": known.id,
                "digest": outcome.digest,
                "roles": roles.written(known.roles),
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
    if gone:
        await fetch(tx, cypher.FORGET, ids=gone)


def _message(outcome: Outcome, model: tuple[str, str]) -> bytes:
    told = tuple(one.told for one in outcome.wanted)
    known = entity(outcome.found.around.entity)
    return serialise(Suggestions(id=known.id, entity=known, suggestions=told, model=model[0], model_version=model[1]))


def _row(one: Open, asked: str, origin: Origin, model: tuple[str, str]) -> Mapping[str, Any]:
    told = one.told
    return {
        "id": told.id,
        "asked": asked,
        "subject": told.subject.id,
        "relation": told.predicate.id,
        "name": told.predicate.name,
        "object": told.object.id,
        "confidence": told.confidence,
        "reasons": [reason.fact for reason in told.reasons],
        "weights": [reason.weight for reason in told.reasons],
        "because": one.because,
        "together": told.together,
        "together_at": one.at,
        "shared": told.shared,
        "through": list(one.through),
        "model": model[0],
        "version": one.version,
        "now": origin.now,
    }
