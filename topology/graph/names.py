"""Labels, relationship types and recurring conditions of the graph, each declared once."""

from collections.abc import Iterable

from topology.ontology import Ontology

ENTITY = "Entity"
LITERAL = "Literal"
ARTICLE = "Article"
MEDIA = "Media"
EVIDENCE = "Evidence"
OFFSET = "Offset"
OUTBOX = "Untold"
"""Messages of the suggestions stage that may not be published yet. Only that stage reads them."""
ERASED = "Erased"
"""Marks of what was erased, each a hash of an id and a time, so that nothing that was on its way restores it."""

CORRECTION = "Correction"
"""What an editor corrected. Not linked with what it is about: that may not be in the graph yet, or any more."""

HAPPENING = "Happening"
"""Label of what an article says happened; the label of its entity type."""
HAPPENING_CLASS = "HappeningClass"
"""Label of the entity that stands for a class of happenings."""
STORY = "Story"

FROM = "FROM"
MENTIONS = "MENTIONS"
ALIAS_OF = "ALIAS_OF"
ILLUSTRATES = "ILLUSTRATES"
DERIVED_FROM = "DERIVED_FROM"
SUGGESTED = "SUGGESTED"
"""A link that nobody reported and that may hold. It is no fact: it has no property `id`, and no fact has this type."""

CLAIMED = "CLAIMED"
"""What somebody plans, supposes or denies. It is no fact: its key is `claim`, it has no `id`, and no fact is of this
type."""

PART_OF_STORY = "PART_OF_STORY"
"""From a happening to its story. It is no fact: the registry decides it."""

ROLE_TYPES: dict[str, str] = {
    "who": "WHO",
    "whom": "WHOM",
    "what": "WHAT",
    "where": "IN_PLACE",
    "when": "AT_TIME",
    "killed": "KILLED",
    "injured": "INJURED",
    "amount": "AMOUNT",
    "with": "TOGETHER_WITH",
}
"""Relationship types from a happening to what plays a part in it, by the role's general name."""

INSTANCE_OF = "INSTANCE_OF"

HAPPENING_TYPES: dict[str, str] = {"P31": INSTANCE_OF, **ROLE_TYPES}
"""Relationship types of what is said about happenings, by predicate. They do not come from the ontology."""

ATTRIBUTES = {
    "P50": "AUTHOR",
    "P1071": "LOCATION_OF_CREATION",
    # Of media items.
    "P180": "DEPICTS",
    "P462": "COLOR",
    "P571": "INCEPTION",
    "P625": "COORDINATE_LOCATION",
    "P2047": "DURATION",
    "P2048": "HEIGHT",
    "P2049": "WIDTH",
    "P2701": "FILE_FORMAT",
    "P3575": "DATA_SIZE",
    "P4082": "CAPTURED_WITH",
    "codec": "CODEC",
    "channels": "CHANNELS",
    "frame_rate": "FRAME_RATE",
    "resolution": "RESOLUTION",
    "sample_rate": "SAMPLE_RATE",
}
"""Relationship types of attributes of articles and media items, by Wikidata property, or by our own name where Wikidata
has none. They do not come from the ontology."""

MEDIA_KINDS = {"picture": "Picture", "video": "Video", "sound": "Sound"}
"""Second labels of media items, by kind."""

STATED = "STATED"
"""Relationship type of facts whose relation is not in the ontology; `property` and `name` say which relation it is."""

COMPUTED_PROPERTIES = ("vector", "described", "context", "neighbourhood", "roles", "articles", "named_at")
"""Properties of entities that the suggestions stage computes from the rest of the graph, and can compute again."""

LAST_BATCH = "last_batch"
"""Property of facts that can end or exclude each other: the batch of the sink that last added evidence to it."""

_OWN_LABELS = {
    ENTITY,
    LITERAL,
    ARTICLE,
    MEDIA,
    EVIDENCE,
    OFFSET,
    OUTBOX,
    ERASED,
    CORRECTION,
    STORY,
    *MEDIA_KINDS.values(),
}
_OWN_TYPES = {
    *(FROM, MENTIONS, STATED, ALIAS_OF, ILLUSTRATES, DERIVED_FROM, SUGGESTED, CLAIMED, PART_OF_STORY),
    *HAPPENING_TYPES.values(),
}


def fact_types(ontology: Ontology) -> dict[str, str]:
    """Returns the relationship type of each relation of the ontology, by relation id.

    A relation with the name of one of the graph's own types gets a trailing underscore. What is said about happenings
    is not among them.
    """
    types = ((r.id, r.graph_type) for r in ontology.relations)
    return ATTRIBUTES | {id_: f"{type_}_" if type_ in _OWN_TYPES else type_ for id_, type_ in types}


def entity_label(entity_type: str) -> str:
    """Returns the label of an entity type (`^[a-z_]+$`): `person` becomes `Person`, `sports_team` `SportsTeam`.

    A type with the name of one of the graph's own labels gets a trailing underscore.
    """
    label = "".join(part.capitalize() for part in entity_type.split("_")) or "Other"
    return f"{label}_" if label in _OWN_LABELS else label


def quoted(name: str) -> str:
    """Returns a name quoted for Cypher: in backticks, with its own backticks doubled."""
    return "`" + name.replace("`", "``") + "`"


def any_of(types: Iterable[str]) -> str:
    """Returns Cypher's expression for a relationship of any of these types."""
    return "|".join(quoted(type_) for type_ in types)


PARTS = any_of([*ROLE_TYPES.values(), CLAIMED])
"""Relationships from a happening to what takes part in it, be it only claimed."""

STANDS_FOR = f":{ALIAS_OF} WHERE alias.ended_at IS NULL"
"""What stands in `[alias…]` for what an alias stands for now."""


def fact_holds(name: str) -> str:
    """Returns Cypher's condition for the fact of this variable to hold."""
    return (
        f"{name}.retracted_at IS NULL AND {name}.invalid_at IS NULL "
        f"AND NOT coalesce({name}.standing, '') IN ['disputed', 'contradicted']"
    )


def fact_held(name: str, at: str) -> str:
    """Returns Cypher's condition for the fact of this variable to have held at a time, by what is known today.

    A fact begins when a text says that it does, or else with its first report. What other facts contradict has its
    beginning in `valid_from`; of what nothing contradicts, the evidence says it.

    Args:
        name: The variable.
        at: A time in UTC: a parameter or variable.
    """
    said = f"said.since <= left(toString(date({at})), size(said.since))"
    return (
        f"{name}.retracted_at IS NULL AND NOT coalesce({name}.standing, '') IN ['disputed', 'contradicted'] AND ("
        f"(coalesce({name}.valid_from, {name}.first_seen) <= {at} "
        f"AND ({name}.invalid_at IS NULL OR {name}.invalid_at > {at})) "
        f"OR any(i IN range(0, coalesce(size({name}.held_before), 0) - 2, 2) "
        f"WHERE {name}.held_before[i] <= {at} AND {at} < {name}.held_before[i + 1]) "
        f"OR ({name}.standing IS NULL AND {name}.first_seen > {at} "
        f"AND EXISTS {{ MATCH (said:{EVIDENCE} {{fact: {name}.id}}) WHERE {_begins('said')} AND {said} }}))"
    )


def stated_beginning(name: str) -> str:
    """Returns Cypher's expression for the day, month or year in which the fact of this variable began as a text says.

    It is null if none says so, and for a fact that others contradict: `valid_from` has its beginning.
    """
    return (
        f"CASE WHEN {name}.standing IS NULL THEN head(COLLECT {{ MATCH (said:{EVIDENCE} {{fact: {name}.id}}) "
        f"WHERE {_begins('said')} RETURN min(said.since) }}) END"
    )


def _begins(name: str) -> str:
    return f"{name}.retracted_at IS NULL AND {name}.past IS NULL AND {name}.since IS NOT NULL"


def is_named(name: str) -> str:
    """Returns Cypher's condition for the entity of this variable to be one that texts name.

    Happenings and their classes are not: many happenings have the same words.
    """
    return f"NOT {name}:{HAPPENING} AND NOT {name}:{HAPPENING_CLASS}"


def shown(name: str) -> str:
    """Returns Cypher's expression for the name that a reader sees of this variable: "foreign minister of Germany"."""
    return f"{name}.name + coalesce(' of ' + {name}.office_of, '')"


def document_holds(name: str) -> str:
    """Returns Cypher's condition for the article or media item of this variable to hold.

    It does not if it was retracted itself (`retracted_at`) or with what it belongs to (`withdrawn_at`).
    """
    return f"{name}.retracted_at IS NULL AND {name}.withdrawn_at IS NULL"


def suggestion_open(name: str) -> str:
    """Returns Cypher's condition for the suggestion of this variable to be open."""
    return f"{name}.closed_at IS NULL AND {name}.confirmed_at IS NULL"
