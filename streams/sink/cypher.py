"""The sink's Cypher. Every value is a parameter; the only names formatted into a statement come from the ontology file.

Three things make it fast (numbers in docs/decisions/0005). Every lookup is planned as an index seek, even while the
graph is empty, so no plan has to be made again later. Existence is checked once, and new things are created with
CREATE. One statement with a dynamic type creates new relationships of all types.
"""

from collections.abc import Sequence

from topology.graph.names import (
    ALIAS_OF,
    ARTICLE,
    CLAIMED,
    DERIVED_FROM,
    ENTITY,
    EVIDENCE,
    FROM,
    ILLUSTRATES,
    LAST_BATCH,
    LITERAL,
    MEDIA,
    MEDIA_KINDS,
    MENTIONS,
    OFFSET,
    quoted,
)


def time_of(value: str) -> str:
    """Returns the expression that turns milliseconds since 1970 into a DateTime."""
    return f"datetime({{epochMillis: {value}}})"


def time_or_null(value: str) -> str:
    """Returns the same expression for a value that may be null, which `datetime` refuses."""
    return f"CASE WHEN {value} IS NULL THEN null ELSE {time_of(value)} END"


def gathered(query: str, *columns: str) -> str:
    """Returns the statement that returns the rows of a query as one list, `gathered`, of maps with these columns.

    Bolt sends, and the driver reads, each row by itself, which costs more than finding it.
    """
    return f"CALL () {{ {query} }} RETURN collect({{{', '.join(f'{name}: {name}' for name in columns)}}}) AS gathered"


# Takes the write lock on the offset first: of two sinks that both believe they own a partition, the second one waits
# and then sees what the first one wrote.
LOCK_OFFSETS = f"""
UNWIND $rows AS row
MERGE (o:{OFFSET} {{key: row.key}})
  ON CREATE SET o.group = $group, o.topic = row.topic, o.topic_id = row.topic_id, o.partition = row.partition,
    o.offset = -1
SET o.locked = true
RETURN collect({{key: row.key, offset: o.offset}}) AS gathered
"""

SET_OFFSETS = f"UNWIND $rows AS row MATCH (o:{OFFSET} {{key: row.key}}) SET o.offset = row.offset"

READ_PARTITIONS = (
    f"MATCH (o:{OFFSET}) WHERE o.group = $group RETURN DISTINCT o.topic AS topic, o.partition AS partition"
)

READ_OFFSETS = f"UNWIND $keys AS key MATCH (o:{OFFSET} {{key: key}}) RETURN o.key AS key, o.offset AS offset"


def read_articles(label: str) -> str:
    """Returns the statement that reads the state of articles or media items, whichever the label names."""
    return f"""
UNWIND $ids AS id
MATCH (a:{label} {{id: id}})
RETURN collect({{
  id: id, derived: EXISTS {{ (a)-[:{DERIVED_FROM}]->() }},
  revision: a.revision, at: a.observed_at.epochMillis, retracted_at: a.retracted_at.epochMillis,
  withdrawn_at: a.withdrawn_at.epochMillis, brings: a.brings, brings_since: a.brings_since.epochMillis,
  likeness: a.likeness, dropped: a.dropped, dropped_at: [t IN a.dropped_at | t.epochMillis],
  mentions: [(a)-[m:{MENTIONS}]->(n) | [n.id, m.count]]
}}) AS gathered
"""


READ_STORED_EVIDENCE = f"UNWIND $ids AS id MATCH (e:{EVIDENCE} {{id: id}}) RETURN collect({{id: id}}) AS gathered"


def read_evidence(label: str) -> str:
    """Returns the statement that reads all evidence from nodes of this label."""
    return f"""
UNWIND $ids AS id
MATCH (a:{label} {{id: id}})<-[:{FROM}]-(e:{EVIDENCE})
RETURN collect({{
  article: id, id: e.id, fact: e.fact, relation: e.relation, revision: e.revision,
  retracted_at: e.retracted_at.epochMillis
}}) AS gathered
"""


READ_FACTS = f"""
UNWIND $ids AS id
CALL (id) {{ MATCH (e:{EVIDENCE} {{fact: id}}) RETURN e.relation AS relation LIMIT 1 }}
RETURN collect({{id: id, relation: relation}}) AS gathered
"""

# An id may come with several names and types. The smallest pair wins, so the order of arrival does not matter. Where a
# place is follows from its name, so every message that says it says the same, until a newer version knows better. Whose
# office it is, is part of an office's id, as a person's role and a happening's class are of theirs: they never change.
WRITE_ENTITIES = f"""
UNWIND $rows AS row
MERGE (n:{ENTITY} {{id: row.id}})
  ON CREATE SET n.name = row.name, n.type = row.type, n.country_code = row.country, n.latitude = row.latitude,
    n.longitude = row.longitude, n.office_of = row.office_of, n.role = row.role, n.class = row.class,
    n:$(row.labels)
WITH n, row, row.country IS NOT NULL AND (n.country_code IS NULL OR n.country_code <> row.country
  OR coalesce(n.latitude, 0.0) <> coalesce(row.latitude, 0.0)
  OR coalesce(n.longitude, 0.0) <> coalesce(row.longitude, 0.0)) AS moved
WHERE moved OR n.name <> row.name OR n.type <> row.type OR row.many
WITH n, row,
  CASE WHEN moved THEN {{country_code: row.country, latitude: row.latitude, longitude: row.longitude}} ELSE {{}} END
    AS place,
  CASE WHEN row.name < n.name THEN {{name: row.name, type: row.type}}
    WHEN row.name = n.name AND row.type < n.type THEN {{type: row.type}} ELSE {{}} END AS named
SET n += place, n += named, n:$(row.labels)
"""

WRITE_LITERALS = f"""
UNWIND $rows AS row
MERGE (n:{LITERAL} {{id: row.id}})
  ON CREATE SET n.value = row.value, n.datatype = row.datatype, n.unit = row.unit
"""


def write_articles(label: str) -> str:
    """Returns the statement that writes articles, or media items with a second label for their kind."""
    kinds = f"""
WITH a, row WHERE row.kind IS NOT NULL
REMOVE a:{":".join(sorted(MEDIA_KINDS.values()))}
SET a:$(row.kind)
"""
    return f"""
UNWIND $rows AS row
MERGE (a:{label} {{id: row.id}})
SET a += row.properties, a.observed_at = {time_of("row.observed_at")},
  a.retracted_at = {time_or_null("row.retracted_at")}
WITH a, row WHERE row.upsert
SET a.published_at = {time_or_null("row.published_at")}, a.brings_since = {time_or_null("row.brings_since")},
  a.dropped_at = [t IN row.dropped_at | {time_of("t")}]
{kinds if label == MEDIA else ""}"""


def touch_articles(label: str) -> str:
    """Returns the statement that creates nodes of this label of which no document has arrived yet."""
    return f"UNWIND $ids AS id MERGE (:{label} {{id: id}})"


def write_links(from_label: str, type_: str, to_label: str) -> str:
    """Returns the statement that links articles and media items to what they belong to."""
    return f"""
UNWIND $rows AS row
MERGE (s:{from_label} {{id: row.source}})
MERGE (o:{to_label} {{id: row.target}})
MERGE (s)-[:{type_}]->(o)
"""


def create_evidence(label: str) -> str:
    """Returns the statement that creates evidence from nodes of this label."""
    return f"""
UNWIND $rows AS row
MATCH (a:{label} {{id: row.article}})
CREATE (e:{EVIDENCE} {{
  id: row.id, fact: row.fact, relation: row.relation, kind: row.kind, confidence: row.confidence,
  revision: row.revision, field: row.field, sentence: row.sentence, sentence_span: row.sentence_span,
  subject: row.subject, subject_span: row.subject_span, object: row.object, object_span: row.object_span,
  model: row.model, model_version: row.model_version, seen_at: {time_of("row.seen_at")},
  observed_at: {time_of("row.observed_at")}, past: row.past, modality: row.modality, change: row.change,
  since: row.since, until: row.until, qualifier: row.qualifier, attributed_to: row.attributed_to, speaker: row.speaker,
  retracted_at: {time_or_null("row.retracted_at")},
  media: row.media, begin: row.begin, end: row.end, frame: row.frame, box: row.box, depth: row.depth
}})-[:{FROM}]->(a)
"""


READ_MEDIA = f"""
CALL () {{
  UNWIND $illustrated AS id MATCH (:{ARTICLE} {{id: id}})<-[:{ILLUSTRATES}]-(m:{MEDIA}) RETURN m
  UNION
  UNWIND $derived AS id MATCH (:{ARTICLE} {{id: id}})-[:{DERIVED_FROM}]->(m:{MEDIA}) RETURN m
}}
RETURN DISTINCT m.id AS id
"""

READ_DERIVED = f"""
UNWIND $ids AS id
MATCH (:{MEDIA} {{id: id}})<-[:{DERIVED_FROM}]-(d:{ARTICLE})
RETURN DISTINCT d.id AS id ORDER BY id
"""

# Changes nothing, but takes the write locks: another transaction that wants to change these articles waits.
LOCK_ILLUSTRATED = f"""
UNWIND $ids AS id
MATCH (:{MEDIA} {{id: id}})-[:{ILLUSTRATES}]->(a:{ARTICLE})
WITH DISTINCT a ORDER BY a.id
SET a.id = a.id
"""


def read_parents(label: str, link: str, parent_label: str) -> str:
    """Returns the statement that reads what nodes of this label belong to, with the state of each parent.

    Of a parent, `unlisted` is whether its latest list of attachments lacks the node, and `dropped_at` is when the node
    disappeared from the list, if it was ever on it.
    """
    return f"""
UNWIND $ids AS id
MATCH (n:{label} {{id: id}})
RETURN id, n.uri AS uri, [(n)-[:{link}]->(p:{parent_label}) | {{
  id: p.id, retracted_at: p.retracted_at.epochMillis, withdrawn_at: p.withdrawn_at.epochMillis,
  unlisted: p.brings IS NOT NULL AND NOT id IN p.brings, brings_since: p.brings_since.epochMillis,
  dropped_at: head([
    i IN range(0, coalesce(size(p.dropped), 0) - 1) WHERE p.dropped[i] = id | p.dropped_at[i].epochMillis
  ])
}}] AS parents
"""


def set_withdrawn(label: str) -> str:
    """Returns the statement that sets or clears `withdrawn_at` of nodes of this label, and passes it to their evidence.

    Evidence that the node's own document ended keeps that time. The statement returns the facts whose evidence changed.
    """
    return f"""
UNWIND $rows AS row
MATCH (n:{label} {{id: row.id}})
WITH n, {time_or_null("row.withdrawn_at")} AS at
SET n.withdrawn_at = at
WITH n, at
MATCH (n)<-[:{FROM}]-(e:{EVIDENCE})
WHERE (n.observed_at IS NULL OR (n.retracted_at IS NULL AND e.revision = n.revision))
  AND ((e.retracted_at IS NULL) <> (at IS NULL) OR e.retracted_at <> at)
SET e.retracted_at = at
RETURN DISTINCT e.fact AS fact, e.relation AS relation
"""


RETRACT_EVIDENCE = f"""
UNWIND $rows AS row
MATCH (e:{EVIDENCE} {{id: row.id}})
SET e.retracted_at = {time_or_null("row.retracted_at")}
"""


def create_mentions(label: str) -> str:
    """Returns the statement that creates mentions of entities by nodes of this label."""
    return f"""
UNWIND $rows AS row
MATCH (a:{label} {{id: row.article}})
MATCH (n:{ENTITY} {{id: row.entity}})
CREATE (a)-[:{MENTIONS} {{count: row.count}}]->(n)
"""


def delete_mentions(label: str) -> str:
    """Returns the statement that deletes mentions of entities by nodes of this label.

    The entity has no label here, so that nothing can begin at it: half of all articles may mention it.
    """
    return f"""
UNWIND $rows AS row
MATCH (a:{label} {{id: row.article}})
MATCH (a)-[m:{MENTIONS}]->(n) WHERE n.id IN row.entities
DELETE m
"""


COUNT_EVIDENCE = gathered(
    f"""
UNWIND $ids AS id
MATCH (e:{EVIDENCE} {{fact: id}})
RETURN id, e.retracted_at IS NULL AS holds, count(*) AS count, min(e.seen_at).epochMillis AS first,
  max(e.seen_at).epochMillis AS last, max(e.confidence) AS confidence, collect(DISTINCT e.kind) AS kinds,
  max(e.retracted_at).epochMillis AS retracted_at
""",
    "id", "holds", "count", "first", "last", "confidence", "kinds", "retracted_at",
)  # fmt: skip


def create_facts(subject_label: str, object_label: str) -> str:
    """Returns the statement that creates facts of any type, and claims, between nodes of these labels."""
    return f"""
UNWIND $rows AS row
MATCH (s:{subject_label} {{id: row.subject}})
MATCH (o:{object_label} {{id: row.object}})
CREATE (s)-[r:$(row.type) {{
  id: row.id, claim: row.claim, fact: row.claimed, relation: row.relation, modality: row.modality,
  property: row.property, name: row.name, kind: row.kind, count: row.count, confidence: row.confidence,
  {LAST_BATCH}: row.batch, first_seen: {time_of("row.first")}, last_seen: {time_of("row.last")}
}}]->(o)
RETURN collect([coalesce(row.id, row.claim), elementId(r)]) AS gathered
"""


def key_of(type_: str) -> str:
    """Returns the property that identifies relationships of a type: `claim` of claims, `id` of facts."""
    return "claim" if type_ == CLAIMED else "id"


def find_facts(types: Sequence[str]) -> str:
    """Returns the statement that finds facts of these types, each by its type's unique index.

    One statement with one branch per type, because a statement per type takes ten times as long, most of it overhead.
    It takes seconds to compile, so its text must stay the same from call to call, and `replan=skip` keeps its plan,
    which does not depend on the size of the graph. `$ids` holds a list of ids for each type.
    """
    branches = (
        f"UNWIND $ids[{i}] AS id MATCH ()-[r:{quoted(type_)} {{{key_of(type_)}: id}}]->() "
        "RETURN id, elementId(r) AS element"
        for i, type_ in enumerate(types)
    )
    return "CYPHER replan=skip " + gathered(" UNION ALL ".join(branches), "id", "element")


# Only `IN` is planned as a seek while the graph is empty. An element id that now belongs to another relationship has no
# row, and that relationship stays as it is.
LOCATE = (
    "MATCH ()-[r]->() WHERE elementId(r) IN $elements "
    "WITH r, $rows[coalesce(r.id, r.claim)] AS row WHERE row IS NOT NULL"
)

# The first SET takes the relationship's write lock, so the others read values that nobody else can change any more. A
# fact that had no evidence which holds takes over the values of the new evidence. Returned is each fact with the batch
# that added to it before.
ADD_TO_FACTS = f"""
{LOCATE}
SET r.count = r.count + row.count
WITH r, row, r.retracted_at IS NOT NULL AS over, r.{LAST_BATCH} AS before
SET r += {{
  first_seen: CASE WHEN over OR row.first < r.first_seen.epochMillis THEN {time_of("row.first")} ELSE r.first_seen END,
  last_seen: CASE WHEN over OR row.last > r.last_seen.epochMillis THEN {time_of("row.last")} ELSE r.last_seen END,
  confidence: CASE WHEN over OR row.confidence > r.confidence THEN row.confidence ELSE r.confidence END,
  kind: CASE WHEN over OR NOT r.kind IN row.not_weaker THEN row.kind ELSE r.kind END,
  retracted_at: null, {LAST_BATCH}: row.batch
}}
RETURN collect([coalesce(r.id, r.claim), before]) AS gathered
"""

LOCK_FACTS = "MATCH ()-[r]->() WHERE elementId(r) IN $elements SET r.count = r.count"

SET_FACTS = f"""
{LOCATE}
SET r.count = row.count, r.confidence = row.confidence, r.kind = row.kind, r.first_seen = {time_of("row.first")},
  r.last_seen = {time_of("row.last")}, r.retracted_at = {time_or_null("row.retracted_at")}, r.{LAST_BATCH} = null
"""

# Changes nothing, but takes the write locks: another transaction that wants to change these entities waits. What they
# stand for is read when all are locked.
LOCK_ENTITIES = f"""
CALL () {{ UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) SET n.type = n.type }}
UNWIND $locked AS id
MATCH (n:{ENTITY} {{id: id}})-[a:{ALIAS_OF}]->(c) WHERE a.ended_at IS NULL
RETURN collect({{id: id, canonical: c.id}}) AS gathered
"""

END_ALIASES = f"""
UNWIND $rows AS row
MATCH (:{ENTITY} {{id: row.id}})-[a:{ALIAS_OF}]->() WHERE a.ended_at IS NULL
SET a.ended_at = {time_of("row.at")}
"""

CREATE_ALIASES = f"""
UNWIND $rows AS row
MATCH (n:{ENTITY} {{id: row.id}})
MATCH (c:{ENTITY} {{id: row.canonical}})
CREATE (n)-[:{ALIAS_OF}]->(c)
"""

SET_REASONS = f"""
UNWIND $rows AS row
MATCH (:{ENTITY} {{id: row.id}})-[a:{ALIAS_OF}]->() WHERE a.ended_at IS NULL
SET a.reason = row.reason, a.certain = CASE WHEN NOT row.certain THEN false END
"""

SET_WIKIDATA = f"UNWIND $rows AS row MATCH (n:{ENTITY} {{id: row.id}}) SET n.wikidata = row.wikidata"
