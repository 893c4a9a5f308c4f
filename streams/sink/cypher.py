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
    CORRECTION,
    DERIVED_FROM,
    ENTITY,
    EVIDENCE,
    FROM,
    ILLUSTRATES,
    LITERAL,
    MEDIA,
    MEDIA_KINDS,
    MENTIONS,
    OFFSET,
    any_of,
    quoted,
)


def time_of(value: str) -> str:
    """Returns the expression that turns milliseconds since 1970 into a DateTime."""
    return f"datetime({{epochMillis: {value}}})"


def _time_or_null(value: str) -> str:
    """Returns the same expression for a value that may be null, which `datetime` refuses."""
    return f"CASE WHEN {value} IS NULL THEN null ELSE {time_of(value)} END"


# Takes the write lock on the offset first: of two sinks that both believe they own a partition, the second one waits
# and then sees what the first one wrote.
LOCK_OFFSETS = f"""
UNWIND $rows AS row
MERGE (o:{OFFSET} {{key: row.key}})
  ON CREATE SET o.group = $group, o.topic = row.topic, o.topic_id = row.topic_id, o.partition = row.partition,
    o.offset = -1
SET o.locked = true
RETURN row.key AS key, o.offset AS offset
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
RETURN id, a.revision AS revision, a.observed_at.epochMillis AS at, a.retracted_at.epochMillis AS retracted_at,
  a.withdrawn_at.epochMillis AS withdrawn_at, a.brings AS brings, a.brings_since.epochMillis AS brings_since,
  a.dropped AS dropped, [t IN a.dropped_at | t.epochMillis] AS dropped_at,
  [(a)-[m:{MENTIONS}]->(n) | [n.id, m.count]] AS mentions
"""


READ_STORED_EVIDENCE = f"UNWIND $ids AS id MATCH (e:{EVIDENCE} {{id: id}}) RETURN id"


def read_evidence(label: str) -> str:
    """Returns the statement that reads all evidence from nodes of this label."""
    return f"""
UNWIND $ids AS id
MATCH (a:{label} {{id: id}})<-[:{FROM}]-(e:{EVIDENCE})
RETURN id AS article, e.id AS id, e.fact AS fact, e.relation AS relation, e.revision AS revision,
  e.retracted_at.epochMillis AS retracted_at
"""


READ_FACTS = f"""
UNWIND $ids AS id
CALL (id) {{ MATCH (e:{EVIDENCE} {{fact: id}}) RETURN e.relation AS relation LIMIT 1 }}
RETURN id, relation
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
SET n.country_code = CASE WHEN moved THEN row.country ELSE n.country_code END
SET n.latitude = CASE WHEN moved THEN row.latitude ELSE n.latitude END
SET n.longitude = CASE WHEN moved THEN row.longitude ELSE n.longitude END
SET n.type = CASE WHEN row.name < n.name OR (row.name = n.name AND row.type < n.type) THEN row.type ELSE n.type END
SET n.name = CASE WHEN row.name < n.name THEN row.name ELSE n.name END
SET n:$(row.labels)
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
SET a += row.properties
SET a.observed_at = {time_of("row.observed_at")}, a.retracted_at = {_time_or_null("row.retracted_at")}
WITH a, row WHERE row.upsert
SET a.published_at = {_time_or_null("row.published_at")}, a.brings_since = {_time_or_null("row.brings_since")},
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
  retracted_at: {_time_or_null("row.retracted_at")},
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
WITH n, {_time_or_null("row.withdrawn_at")} AS at
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
SET e.retracted_at = {_time_or_null("row.retracted_at")}
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
    """Returns the statement that deletes mentions of entities by nodes of this label."""
    return f"""
UNWIND $rows AS row
MATCH (:{label} {{id: row.article}})-[m:{MENTIONS}]->(n:{ENTITY})
WHERE n.id IN row.entities
DELETE m
"""


COUNT_EVIDENCE = f"""
UNWIND $ids AS id
MATCH (e:{EVIDENCE} {{fact: id}})
RETURN id, e.retracted_at IS NULL AS holds, count(*) AS count, min(e.seen_at).epochMillis AS first,
  max(e.seen_at).epochMillis AS last, max(e.confidence) AS confidence, collect(DISTINCT e.kind) AS kinds,
  max(e.retracted_at).epochMillis AS retracted_at
"""


def create_facts(subject_label: str, object_label: str) -> str:
    """Returns the statement that creates facts of any type, and claims, between nodes of these labels."""
    return f"""
UNWIND $rows AS row
MATCH (s:{subject_label} {{id: row.subject}})
MATCH (o:{object_label} {{id: row.object}})
CREATE (s)-[:$(row.type) {{
  id: row.id, claim: row.claim, fact: row.claimed, relation: row.relation, modality: row.modality,
  property: row.property, name: row.name, kind: row.kind, count: row.count, confidence: row.confidence,
  first_seen: {time_of("row.first")}, last_seen: {time_of("row.last")}
}}]->(o)
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
    return "CYPHER replan=skip " + " UNION ALL ".join(branches)


# Only `IN` is planned as a seek while the graph is empty. An element id that now belongs to another relationship has no
# row, and that relationship stays as it is.
LOCATE = (
    "MATCH ()-[r]->() WHERE elementId(r) IN $elements "
    "WITH r, $rows[coalesce(r.id, r.claim)] AS row WHERE row IS NOT NULL"
)

# The first SET takes the relationship's write lock, so the others read values that nobody else can change any more. A
# fact that had no evidence which holds takes over the values of the new evidence.
ADD_TO_FACTS = f"""
{LOCATE}
SET r.count = r.count + row.count
SET r.first_seen = CASE WHEN r.retracted_at IS NOT NULL OR row.first < r.first_seen.epochMillis
      THEN {time_of("row.first")} ELSE r.first_seen END
SET r.last_seen = CASE WHEN r.retracted_at IS NOT NULL OR row.last > r.last_seen.epochMillis
      THEN {time_of("row.last")} ELSE r.last_seen END
SET r.confidence = CASE WHEN r.retracted_at IS NOT NULL OR row.confidence > r.confidence
      THEN row.confidence ELSE r.confidence END
SET r.kind = CASE WHEN r.retracted_at IS NOT NULL OR NOT r.kind IN row.not_weaker THEN row.kind ELSE r.kind END
SET r.retracted_at = null
"""

LOCK_FACTS = "MATCH ()-[r]->() WHERE elementId(r) IN $elements SET r.count = r.count"

SET_FACTS = f"""
{LOCATE}
SET r.count = row.count, r.confidence = row.confidence, r.kind = row.kind, r.first_seen = {time_of("row.first")},
  r.last_seen = {time_of("row.last")}, r.retracted_at = {_time_or_null("row.retracted_at")}
"""

# Changes nothing, but takes the write locks: another transaction that wants to change these entities waits.
LOCK_ENTITIES = f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) SET n.type = n.type"

READ_CANONICAL = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})-[a:{ALIAS_OF}]->(c) WHERE a.ended_at IS NULL
RETURN id, c.id AS canonical
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

# A claim counts for the relation that it is about. Only a fact about an entity has a `property`.
READ_ENDS = f"""
MATCH (s)-[r]->(o) WHERE elementId(r) IN $elements
RETURN s.id AS subject, coalesce(r.relation, type(r)) AS type, o.id AS object,
  CASE WHEN r.claim IS NULL AND s:{ENTITY} THEN r.property END AS property
"""

# Articles with the same sentence are copies of one report and have one vote between them.
READ_VOTES = f"""
UNWIND $facts AS fact
MATCH (e:{EVIDENCE} {{fact: fact}})-[:{FROM}]->(a:{ARTICLE}) WHERE e.retracted_at IS NULL
WITH fact, a, e.past IS NOT NULL AS past, min(e.seen_at) AS at, max(e.confidence) AS confidence,
  min(e.sentence) AS text, max(e.change) AS change, min(e.since) AS since, max(e.until) AS until
WITH fact, past, text, min(at).epochMillis AS at, max(confidence) AS confidence, max(change) AS change,
  min(since) AS since, max(until) AS until
RETURN fact, past, at, toInteger(round(1000 * confidence)) AS weight, coalesce(change, false) AS change, since, until
"""

SET_VERDICTS = f"""
{LOCATE}
SET r.standing = row.standing, r.valid_from = {_time_or_null("row.since")}, r.invalid_at = {_time_or_null("row.until")},
  r.closed_by = row.by, r.at_latest = row.at_latest,
  r.held_before = [t IN row.before | {time_of("t")}]
"""


def read_uses(types: Sequence[str]) -> str:
    """Returns the statement that finds the subjects and types of facts that have an entity as subject or object."""
    return f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})-[r:{any_of([*types, CLAIMED])}]-(other)
WITH startNode(r).id AS subject, coalesce(r.relation, type(r)) AS type WHERE type IN $types
RETURN DISTINCT subject, type
"""


def read_rivals(types: Sequence[str]) -> str:
    """Returns the statement that reads the facts of these types about entities and all their aliases, and denials.

    Objects are replaced by the entities that they stand for. `$rows` holds canonical ids, each with the types to read.
    """
    return f"""
UNWIND $rows AS row
MATCH (c:{ENTITY} {{id: row.id}})
CALL (c) {{
  RETURN c AS s
  UNION ALL
  MATCH (s)-[a:{ALIAS_OF}]->(c) WHERE a.ended_at IS NULL RETURN s
}}
MATCH (s)-[r:{any_of([*types, CLAIMED])}]->(o)
WHERE type(r) IN row.types OR (r.modality = 'denied' AND r.relation IN row.types)
OPTIONAL MATCH (o)-[b:{ALIAS_OF}]->(canonical) WHERE b.ended_at IS NULL
WITH row, r, coalesce(canonical, o) AS o
RETURN row.id AS subject, coalesce(r.relation, type(r)) AS type, coalesce(r.id, r.claim) AS fact,
  r.claim IS NOT NULL AS denied, elementId(r) AS element, o.id AS value,
  coalesce(o.name, o.value) AS name, r.standing AS standing, r.valid_from.epochMillis AS since,
  r.invalid_at.epochMillis AS until, r.closed_by AS by, coalesce(r.at_latest, false) AS at_latest,
  [t IN coalesce(r.held_before, []) | t.epochMillis] AS before, r.forbidden IS NOT NULL AS forbidden,
  head(COLLECT {{ MATCH (k:{CORRECTION} {{id: r.confirmed}}) RETURN k.at.epochMillis }}) AS confirmed_at
"""
