"""What things are called in the graph: labels and relationship types, declared once."""

from topology.ontology import Ontology

ENTITY = "Entity"
LITERAL = "Literal"
ARTICLE = "Article"
MEDIA = "Media"
EVIDENCE = "Evidence"
OFFSET = "Offset"
UNTOLD = "Untold"
"""What the suggestions stage has written and perhaps not published yet; its own affair."""

FROM = "FROM"
MENTIONS = "MENTIONS"
ALIAS_OF = "ALIAS_OF"
ILLUSTRATES = "ILLUSTRATES"
DERIVED_FROM = "DERIVED_FROM"
SUGGESTED = "SUGGESTED"
"""A fact that nobody reported and that may hold: never one of the fact types, and without their property `id`."""

ATTRIBUTES = {
    "P50": "AUTHOR",
    "P1071": "LOCATION_OF_CREATION",
    # Of pictures, videos and sound.
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
"""Relationship types of attributes of articles and media, which need no ontology, by Wikidata property or own name."""

MEDIA_KINDS = {"picture": "Picture", "video": "Video", "sound": "Sound"}
"""Further labels of media."""

STATED = "STATED"
"""Relationship type of a fact whose relation the ontology does not know; its `property` and `name` say which it is."""


DERIVED = ("vector", "described", "context", "neighbourhood", "roles", "articles", "named_at")
"""Properties of entities that the suggestions stage works out of all the others, and that can be worked out anew."""

STANDS = (
    "r.retracted_at IS NULL AND r.invalid_at IS NULL AND NOT coalesce(r.standing, '') IN ['disputed', 'contradicted']"
)
"""Cypher's condition for a fact `r` to hold."""

_OWN_LABELS = {ENTITY, LITERAL, ARTICLE, MEDIA, EVIDENCE, OFFSET, UNTOLD, *MEDIA_KINDS.values()}


def fact_types(ontology: Ontology) -> dict[str, str]:
    """Returns the relationship type of each relation of the ontology, by relation id.

    A relation that is named like one of the graph's own types gets a trailing underscore.
    """
    own = {FROM, MENTIONS, STATED, ALIAS_OF, ILLUSTRATES, DERIVED_FROM, SUGGESTED}
    return ATTRIBUTES | {r.id: f"{r.graph_type}_" if r.graph_type in own else r.graph_type for r in ontology.relations}


def entity_label(entity_type: str) -> str:
    """Returns the label of an entity type (`^[a-z_]+$`): `person` becomes `Person`, `sports_team` `SportsTeam`.

    A type that is named like one of the graph's own labels gets a trailing underscore.
    """
    label = "".join(part.capitalize() for part in entity_type.split("_")) or "Other"
    return f"{label}_" if label in _OWN_LABELS else label


def quoted(name: str) -> str:
    """Returns a name as it may stand in Cypher: in backticks, with its own backticks doubled."""
    return "`" + name.replace("`", "``") + "`"
