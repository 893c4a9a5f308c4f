"""Alias decisions in the graph: they take effect at once, can be undone at any time, and lose no fact.

`(alias)-[:ALIAS_OF]->(canonical)` holds while it has no `ended_at`. Facts stay with the node of the name that they were
stated under, so a split has nothing to restore.
"""

from collections.abc import Iterable, Mapping

from neo4j import AsyncTransaction

from streams.sink import cypher
from streams.sink.reading import fetch
from streams.sink.rows import AliasRow


async def lock(transaction: AsyncTransaction, ids: Iterable[str]) -> dict[str, str]:
    """Locks entities and the entities that they stand for, until the transaction ends.

    Returns:
        The canonical id of each alias among them, by the alias's id. Nobody else can change it meanwhile.
    """
    wanted = set(ids)
    locked: set[str] = set()
    canonical: dict[str, str] = {}
    while wanted - locked:
        ids = sorted(wanted - locked)
        locked |= wanted
        # While we waited for the locks, another sink may have changed what the aliases stand for.
        found = await fetch(transaction, cypher.LOCK_ENTITIES, ids=ids, locked=sorted(locked))
        canonical = {row["id"]: row["canonical"] for row in found}
        wanted |= set(canonical.values())
    return canonical


async def write_aliases(transaction: AsyncTransaction, decisions: Mapping[str, AliasRow]) -> dict[str, set[str]]:
    """Writes alias decisions.

    Args:
        transaction: An open transaction in which the entities have been written.
        decisions: The last decision on each alias, by the alias's id.

    Returns:
        For each alias whose canonical entity changed, by its id, the canonical entities before and after.
    """
    if not decisions:
        return {}
    targets = {d.canonical.id for d in decisions.values() if d.canonical}
    before = await lock(transaction, {*decisions, *targets})
    moved: dict[str, set[str]] = {}
    for id_, decision in decisions.items():
        now = decision.canonical.id if decision.canonical else None
        if before.get(id_) != now:
            moved[id_] = {side for side in (before.get(id_), now) if side}
    ended = [{"id": id_, "at": decisions[id_].at} for id_ in sorted(moved) if id_ in before]
    if ended:
        await fetch(transaction, cypher.END_ALIASES, rows=ended)
    merges = [(id_, d, d.canonical.id) for id_, d in sorted(decisions.items()) if d.canonical]
    if new := [{"id": id_, "canonical": canonical} for id_, _, canonical in merges if id_ in moved]:
        await fetch(transaction, cypher.CREATE_ALIASES, rows=new)
    if merges:
        rows = [{"id": id_, "reason": d.reason, "certain": d.certain} for id_, d, _ in merges]
        await fetch(transaction, cypher.SET_REASONS, rows=rows)
    return moved
