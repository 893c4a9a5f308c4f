"""What things are called in the graph: labels and relationship types, declared once."""

from topology.ontology import Ontology

ENTITY = "Entity"
LITERAL = "Literal"
ARTICLE = "Article"
EVIDENCE = "Evidence"
OFFSET = "Offset"

FROM = "FROM"
MENTIONS = "MENTIONS"
ALIAS_OF = "ALIAS_OF"

ATTRIBUTES = {"P50": "AUTHOR", "P1071": "LOCATION_OF_CREATION"}
"""Relationship types of an article's attributes, which need no ontology, by Wikidata property."""

STATED = "STATED"
"""Relationship type of a fact whose relation the ontology does not know; its `property` and `name` say which it is."""


def fact_types(ontology: Ontology) -> dict[str, str]:
    """Returns the relationship type of each relation of the ontology, by relation id.

    A relation that is named like one of the graph's own types gets a trailing underscore.
    """
    own = {FROM, MENTIONS, STATED, ALIAS_OF}
    return ATTRIBUTES | {r.id: f"{r.graph_type}_" if r.graph_type in own else r.graph_type for r in ontology.relations}


def entity_label(entity_type: str) -> str:
    """Returns the label of an entity type (`^[a-z_]+$`): `person` becomes `Person`, `sports_team` `SportsTeam`.

    A type that is named like one of the graph's own labels gets a trailing underscore.
    """
    label = "".join(part.capitalize() for part in entity_type.split("_")) or "Other"
    return f"{label}_" if label in {ENTITY, LITERAL, ARTICLE, EVIDENCE, OFFSET} else label


def quoted(name: str) -> str:
    """Returns a name as it may stand in Cypher: in backticks, with its own backticks doubled."""
    return "`" + name.replace("`", "``") + "`"
