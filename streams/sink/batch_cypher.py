"""The two statements that every batch of the sink runs: what it has to know first, and what nearly all batches write.

A statement costs some milliseconds of the server, whatever it does, and most batches are small. So what used to be one
statement each is one subquery each. They run in the order in which they stand.

What they take is one map, `$batch`. Neo4j keeps a plan for each combination of the kinds and sizes of parameters, and
these statements take long to plan. Only element ids are a list of their own: out of a map they would be no seek.
"""

from streams.sink import cypher
from streams.sink.erasing import statements as erasing
from topology.graph.names import ARTICLE, CORRECTION, ENTITY, LITERAL, MEDIA


def _part(query: str, *, to: str | None = None, **renamed: str) -> str:
    """Returns a query as a subquery.

    Args:
        query: The query.
        to: What its result, `gathered`, is called from now on; None if it returns nothing.
        renamed: The entries of `$batch` that its parameters are, by their names.
    """
    for old, new in renamed.items():
        query = query.replace(f"${old}", f"$batch.{new}")
    if to:
        query = query.replace("AS gathered", f"AS {to}")
    return f"CALL () {{ {query} }}"


_CORRECTED = f"OPTIONAL MATCH (any:{CORRECTION}) WITH any LIMIT 1 RETURN any IS NOT NULL AS gathered"

LOOK = "\n".join((
    "CYPHER replan=skip",
    # First of all, so that whatever is read afterwards is read with the partitions locked.
    _part(cypher.LOCK_OFFSETS, to="offsets", rows="offsets", group="group"),
    _part(erasing.READ_MARKS, to="marks", keys="marks"),
    _part(_CORRECTED, to="corrected"),
    _part(cypher.read_articles(ARTICLE), to="articles", ids="articles"),
    _part(cypher.read_articles(MEDIA), to="media", ids="media"),
    _part(cypher.READ_STORED_EVIDENCE, to="evidence", ids="evidence"),
    _part(cypher.READ_FACTS, to="facts", ids="facts"),
    "RETURN offsets, marks, corrected, articles, media, evidence, facts",
))  # fmt: skip
"""Locks the offsets of partitions, and reads what the graph has of everything that a batch names.

Nobody else can change the content of these partitions, or correct anything, until the transaction ends."""

WRITE = "\n".join((
    "CYPHER replan=skip",
    # First, so that who waits for a fact that another sink is adding to holds nothing that the other one needs.
    _part(cypher.ADD_TO_FACTS, to="added", rows="adding"),
    _part(cypher.WRITE_ENTITIES, rows="entities"),
    _part(cypher.WRITE_LITERALS, rows="literals"),
    _part(cypher.write_articles(ARTICLE), rows="articles"),
    _part(cypher.touch_articles(ARTICLE), ids="named"),
    _part(cypher.create_facts(ENTITY, ENTITY), to="linked", rows="linking"),
    _part(cypher.create_facts(ENTITY, LITERAL), to="valued", rows="valuing"),
    _part(cypher.create_evidence(ARTICLE), rows="evidence"),
    # Before the new ones: a mention whose count changed is deleted and created.
    _part(cypher.delete_mentions(ARTICLE), rows="unmentioned"),
    _part(cypher.create_mentions(ARTICLE), rows="mentioned"),
    _part(cypher.SET_OFFSETS, rows="offsets"),
    "RETURN linked + valued AS created, added",
))  # fmt: skip
"""Writes what articles and their facts are made of. Returns the new facts, each with its element id, and the facts that
evidence was added to, each with the batch that had added to it before. `$elements` has the element ids of these, in the
order of fact ids."""
