"""Settles facts whose evidence was deleted, by an erasure or because a correction was withdrawn."""

from collections.abc import Mapping

from neo4j import AsyncTransaction

from streams.sink import cypher
from streams.sink.erasing import statements as erasing
from streams.sink.judging.contradictions import RelationTypes, Touched, ends
from streams.sink.reading import fetch
from streams.sink.writing import find_facts, recount


async def settle_facts(
    transaction: AsyncTransaction, facts: Mapping[str, str], entities: set[str], types: RelationTypes
) -> Touched:
    """Deletes the facts that have no evidence any more, and counts the others again from what they have.

    Args:
        transaction: An open transaction in which evidence was deleted or added.
        facts: The relationship type of each fact, by its id.
        entities: The ids of their ends are added here.
        types: The ontology's relationship types.

    Returns:
        What is to be judged again.
    """
    touched = Touched()
    if not facts:
        return touched
    elements = await find_facts(transaction, facts, types.all)
    # Another sink may be adding evidence: with the lock, we see what it wrote.
    await fetch(transaction, cypher.LOCK_FACTS, elements=list(elements.values()))
    supported = {row["id"] for row in await fetch(transaction, cypher.READ_FACTS, ids=sorted(facts))}
    for found in await ends(transaction, elements.values()):
        entities |= {found.subject, found.object}
        touched.add(found, types.judged)
    lost = sorted(set(facts) - supported)
    await fetch(transaction, erasing.DELETE_SUGGESTIONS, ids=sorted(entities), facts=lost)
    await fetch(transaction, erasing.DELETE_FACTS, elements=[elements[id_] for id_ in lost if id_ in elements])
    await recount(transaction, {id_: facts[id_] for id_ in sorted(supported)}, types.all)
    return touched
