"""Writes the changes of a batch in one transaction. Keys are sorted, so that two sinks take locks in the same order."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from neo4j import AsyncTransaction

from streams.sink import batch_cypher, cypher
from streams.sink.evidence_rules import KINDS, ArticleState, Changes, FactUpdate
from streams.sink.judging.ballots import Ballots
from streams.sink.judging.contradictions import Ends, RelationTypes, Touched, ends
from streams.sink.judging.new_votes import judged_facts, new_proofs
from streams.sink.known_facts import KnownFacts, Place, StaleFactError
from streams.sink.reading import Look, Rows, fetch
from streams.sink.rows import EntityRow, NodeKey
from streams.sink.withdrawal import update_attachments
from topology.graph.names import ARTICLE, ENTITY, LITERAL, MEDIA

_MOST = {(ENTITY, ENTITY), (ENTITY, LITERAL)}
"""Labels of the ends of facts that `batch_cypher.WRITE` creates."""


@dataclass(frozen=True, slots=True)
class Graph:
    """What a batch is written with.

    Attributes:
        seen: What the graph has of what the batch names.
        articles: The state of every article and media item among it, with the batch's documents applied.
        types: The ontology's relationship types.
        known: Where facts are.
        ballots: The votes on contested facts, and the batch's number.
    """

    seen: Look
    articles: Mapping[NodeKey, ArticleState]
    types: RelationTypes
    known: KnownFacts
    ballots: Ballots


async def write(
    transaction: AsyncTransaction, changes: Changes, graph: Graph, offsets: Sequence[Mapping[str, Any]] = ()
) -> Touched:
    """Writes all changes but aliases and Wikidata ids.

    Args:
        transaction: An open transaction.
        changes: What to write.
        graph: What to write it with.
        offsets: The new offsets of partitions: rows of `cypher.SET_OFFSETS`.

    Returns:
        The facts whose evidence changed: those that can end or exclude each other are to be judged again.

    Raises:
        StaleFactError: A fact is not where it was known to be.
    """
    elements = await _find_known(transaction, changes, graph)
    type_of = {
        id_: graph.seen.facts[id_] if id_ in elements else fact.triple.relation for id_, fact in changes.facts.items()
    }
    await _write_most(transaction, changes, graph, type_of, there=elements, offsets=offsets)
    await _write_rest(transaction, changes, graph.articles, type_of, elements)
    changes.recount |= await update_attachments(transaction, graph.articles, _linked(changes, graph.articles))
    recounted = {id_: type_of.get(id_, type_) for id_, type_ in changes.recount.items()}
    counted = await recount(transaction, recounted, graph.types.all)
    if stale := graph.seen.elements.keys() & recounted.keys() - counted.keys():
        raise StaleFactError(f"{len(stale)} facts are not where they were")
    return await _touched(transaction, changes, graph.types, type_of, counted)


async def _find_known(transaction: AsyncTransaction, changes: Changes, graph: Graph) -> dict[str, str]:
    """Returns the element ids of those of a batch's facts that the graph has, in the order of fact ids.

    The index on evidence has found them, whatever their type: a fact is in the graph if and only if evidence for it
    is, and it keeps its type even if the ontology has given its relation another name since. If one is missing all the
    same, it is written again, and counted from all its evidence.
    """
    there = {id_: graph.seen.facts[id_] for id_ in changes.facts if id_ in graph.seen.facts}
    elements = {id_: element for id_, element in graph.seen.elements.items() if id_ in there}
    asked = {id_: type_ for id_, type_ in there.items() if id_ not in elements}
    elements |= await find_facts(transaction, asked, graph.types.all)
    changes.recount |= {id_: changes.facts[id_].triple.relation for id_ in asked if id_ not in elements}
    return dict(sorted(elements.items()))


async def _write_most(
    transaction: AsyncTransaction,
    changes: Changes,
    graph: Graph,
    type_of: Mapping[str, str],
    *,
    there: Mapping[str, str],
    offsets: Sequence[Mapping[str, Any]],
) -> None:
    """Writes what nearly every batch has, in one statement; `there` has the element ids of the facts in the graph."""
    facts = [changes.facts[id_] for id_ in sorted(changes.facts)]
    judged = judged_facts(changes, type_of, graph.types)
    for id_ in judged:
        changes.facts[id_].batch = graph.ballots.batch
    old = {f.triple.fact: _row(f) for f in facts if f.triple.fact in there and f.count}
    proofs = new_proofs(changes, graph.articles, graph.ballots)
    nodes, touched = _nodes(graph.articles, ARTICLE)
    unwanted, wanted = _mentions(graph.articles, ARTICLE)
    batch = {
        "entities": _entities(changes),
        "literals": [
            {"id": id_, "value": v.value, "datatype": v.datatype, "unit": v.unit}
            for id_, v in sorted(changes.literals.items())
        ],
        "articles": nodes,
        "named": touched,
        "linking": _new_facts(facts, there, (ENTITY, ENTITY)),
        "valuing": _new_facts(facts, there, (ENTITY, LITERAL)),
        "adding": old,
        "evidence": _evidence(changes, type_of, ARTICLE),
        "unmentioned": unwanted,
        "mentioned": wanted,
        "offsets": list(offsets),
    }
    # Locks are taken in this order, the same in every sink. A place that two facts are thought to have is asked once.
    elements = list(dict.fromkeys(there[id_] for id_ in old))
    (written,) = await fetch(transaction, batch_cypher.WRITE, batch=batch, elements=elements)
    before = dict(written["added"])
    if stale := old.keys() - before.keys():
        raise StaleFactError(f"{len(stale)} facts are not where they were")
    for fact in judged & before.keys():
        graph.ballots.extend(fact, before[fact], proofs.get(fact, ()))
    places = dict(there) | dict(written["created"])
    graph.known.learn({id_: Place(type_of[id_], element) for id_, element in places.items()})


async def _write_rest(
    transaction: AsyncTransaction,
    changes: Changes,
    articles: Mapping[NodeKey, ArticleState],
    type_of: Mapping[str, str],
    there: Container[str],
) -> None:
    """Writes what few batches have: media items, facts about them and about articles, and what ends."""

    async def run(query: str, rows: Sequence[Any], parameter: str = "rows") -> None:
        if rows:
            await fetch(transaction, query, **{parameter: rows})

    items, touched = _nodes(articles, MEDIA)
    await run(cypher.write_articles(MEDIA), items)
    await run(cypher.touch_articles(MEDIA), touched, "ids")
    links: dict[tuple[str, str, str], Rows] = defaultdict(list)
    for (of, source), type_, (to, target) in sorted(changes.links):
        links[of, type_, to].append({"source": source, "target": target})
    for names, rows in sorted(links.items()):
        await run(cypher.write_links(*names), rows)
    facts = [changes.facts[id_] for id_ in sorted(changes.facts)]
    for labels in product((ENTITY, ARTICLE, MEDIA), (ENTITY, LITERAL, MEDIA)):
        if labels not in _MOST:
            await run(cypher.create_facts(*labels), _new_facts(facts, there, labels))
    await run(cypher.create_evidence(MEDIA), _evidence(changes, type_of, MEDIA))
    unwanted, wanted = _mentions(articles, MEDIA)
    await run(cypher.delete_mentions(MEDIA), unwanted)
    await run(cypher.create_mentions(MEDIA), wanted)
    await run(cypher.RETRACT_EVIDENCE, [{"id": id_, "retracted_at": at} for id_, at in sorted(changes.retracted)])


def _new_facts(facts: Iterable[FactUpdate], there: Container[str], labels: tuple[str, str]) -> Rows:
    """Returns the rows of new facts between nodes of these labels."""
    return [_row(fact) for fact in facts if fact.triple.fact not in there and _ends(fact) == labels]


def _evidence(changes: Changes, type_of: Mapping[str, str], label: str) -> Rows:
    """Returns the rows of new evidence from nodes of a label."""
    return [
        {**triple.evidence, "relation": type_of[triple.fact], "article": triple.article, "retracted_at": ended}
        for triple, ended in changes.evidence
        if triple.label == label
    ]


def _linked(changes: Changes, articles: Mapping[NodeKey, ArticleState]) -> set[NodeKey]:
    """Returns the nodes that may belong to another: those that the batch links, or that bring new evidence.

    What an article belongs to is said by its own documents, so one that has no link so far and gets none belongs to
    nothing.
    """
    linked = {node for node, _, _ in changes.links}
    brought = {triple.node() for triple, _ in changes.evidence}
    return linked | {(of, id_) for of, id_ in brought if of == MEDIA or articles[of, id_].derived}


async def _touched(
    transaction: AsyncTransaction,
    changes: Changes,
    types: RelationTypes,
    type_of: Mapping[str, str],
    recounted: Mapping[str, str],
) -> Touched:
    """Returns what is to be judged again.

    Args:
        transaction: The open transaction.
        changes: What was written.
        types: The ontology's relationship types.
        type_of: The relationship types of the facts and claims with new evidence.
        recounted: The element ids of those that were counted again.
    """
    touched = Touched()
    for id_, fact in changes.facts.items():
        triple = fact.triple
        if triple.about_article:
            continue
        type_, property_ = (triple.claim.relation, None) if triple.claim else (type_of[id_], triple.property)
        touched.add(Ends(triple.subject.id, type_, triple.object.id, property_), types.judged)
    rest = [element for id_, element in recounted.items() if id_ not in type_of]
    for found in await ends(transaction, rest) if rest else ():
        touched.add(found, types.judged)
    return touched


def _entities(changes: Changes) -> Rows:
    rows = []
    for id_, named in sorted(changes.entities.items()):
        least: EntityRow = min(named, key=lambda e: (e.name, e.type))
        # Aliases and media name places without saying where they are.
        located = min((e for e in named if e.country), key=_place, default=least)
        rows.append(
            {
                "id": id_,
                "name": least.name,
                "type": least.type,
                "labels": changes.labels(id_),
                "many": len(named) > 1,
                "country": located.country,
                "latitude": located.latitude,
                "longitude": located.longitude,
                "office_of": next((e.office_of for e in named if e.office_of), None),
                "role": next((e.role for e in named if e.role), None),
                "class": next((e.class_ for e in named if e.class_), None),
            }
        )
    return rows


def _place(entity: EntityRow) -> tuple[str, float, float]:
    return entity.country or "", entity.latitude or 0.0, entity.longitude or 0.0


def _article(id_: str, state: ArticleState) -> dict[str, Any]:
    own = dict(state.properties or {})
    if state.properties is not None:
        own |= {"brings": state.attachments.ids, "dropped": list(state.attachments.dropped) or None}
    return {
        "id": id_,
        "upsert": state.properties is not None,
        "kind": [state.kind] if state.kind else None,
        "published_at": own.pop("published_at", None),
        "observed_at": state.at,
        "retracted_at": state.retracted_at,
        "brings_since": state.attachments.since,
        "dropped_at": list(state.attachments.dropped.values()) or None,
        "properties": own,
    }


def _nodes(articles: Mapping[NodeKey, ArticleState], label: str) -> tuple[Rows, list[str]]:
    """Returns the rows of the nodes of a label with a document, and the ids of new ones without."""
    of_label = [(id_, state) for (of, id_), state in sorted(articles.items()) if of == label]
    rows = [_article(id_, state) for id_, state in of_label if state.new_mentions is not None]
    return rows, [id_ for id_, state in of_label if not state.stored and state.new_mentions is None]


def _mentions(articles: Mapping[NodeKey, ArticleState], label: str) -> tuple[Rows, Rows]:
    """Returns the mentions by nodes of a label to delete and those to create."""
    unwanted: Rows = []
    wanted: Rows = []
    for (of, id_), state in sorted(articles.items()):
        if of != label or state.new_mentions is None or state.new_mentions == state.mentions:
            continue
        old, new = set(state.mentions.items()), set(state.new_mentions.items())
        if gone := sorted(entity for entity, _ in old - new):
            unwanted.append({"article": id_, "entities": gone})
        wanted += [{"article": id_, "entity": entity, "count": count} for entity, count in sorted(new - old)]
    return unwanted, wanted


async def find_facts(transaction: AsyncTransaction, facts: Mapping[str, str], types: Sequence[str]) -> dict[str, str]:
    """Returns the element ids of facts by fact id, in the order of fact ids.

    Args:
        transaction: An open transaction.
        facts: The relationship type of each, by fact id.
        types: The types of the ontology, which one statement finds; any other type takes a statement of its own.
    """
    elements: dict[str, str] = {}
    if not facts:
        return elements
    unknown = sorted(set(facts.values()).difference(types))
    for some in [types, *([type_] for type_ in unknown)]:
        ids = [sorted(id_ for id_, relation in facts.items() if relation == type_) for type_ in some]
        if any(ids):
            found = await fetch(transaction, cypher.find_facts(some), ids=ids)
            elements |= {row["id"]: row["element"] for row in found}
    return dict(sorted(elements.items()))


def _ends(fact: FactUpdate) -> tuple[str, str]:
    """Returns the labels of a fact's subject and object; either may be the article or media item itself."""
    triple = fact.triple
    subject = triple.label if triple.about_article else ENTITY
    if triple.in_media:
        return subject, MEDIA
    return subject, ENTITY if isinstance(triple.object, EntityRow) else LITERAL


def _row(fact: FactUpdate) -> dict[str, Any]:
    triple, claim = fact.triple, fact.triple.claim
    return {
        "id": None if claim else triple.fact,
        "claim": triple.fact if claim else None,
        "claimed": claim and claim.fact,
        "relation": claim and claim.relation,
        "modality": claim and claim.modality,
        "type": triple.relation,
        "property": triple.property,
        "name": triple.name,
        "subject": triple.subject.id,
        "object": triple.object.id,
        "count": fact.count,
        "first": fact.first,
        "last": fact.last,
        "confidence": fact.confidence,
        "kind": KINDS[fact.kind],
        "not_weaker": list(KINDS[fact.kind :]),
        "batch": fact.batch,
    }


async def recount(transaction: AsyncTransaction, facts: Mapping[str, str], types: Sequence[str]) -> dict[str, str]:
    """Counts facts again from their evidence. Locks them first, since another sink may be adding evidence to them.

    Returns:
        Their element ids, by fact id.
    """
    if not facts:
        return {}
    found_at = await find_facts(transaction, facts, types)
    elements = list(found_at.values())
    await fetch(transaction, cypher.LOCK_FACTS, elements=elements)
    found: dict[str, dict[str, Any]] = {}
    for row in await fetch(transaction, cypher.COUNT_EVIDENCE, ids=sorted(facts)):
        if row["holds"] or row["id"] not in found:
            found[row["id"]] = row
    for row in found.values():
        row["count"] = row["count"] if row["holds"] else 0
        row["kind"] = max(row["kinds"], key=KINDS.index)
    await fetch(transaction, cypher.SET_FACTS, elements=elements, rows=found)
    return found_at
