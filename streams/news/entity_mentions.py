"""The entities that an article mentions, as its document counts them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from inference.text.geography.atlas import locate
from inference.text.names.countries import DEMONYMS
from inference.text.types import TextMention
from streams.messages.base import EntityLocation
from streams.messages.events import MAX_NAME, Entity, EntityMention

MAX_NAMES = 64
"""Most other names that a document lists for one entity."""

VALUE_TYPES = frozenset({"date", "quantity"})
"""Entity types that are values: as objects they are literals, and a document does not list them as entities."""

_TYPES_OF_DEMONYMS = frozenset({"misc", "location", "organization"})
"""Types that the model gives to words like "Syrian"."""


def entities_of(mentions: Sequence[TextMention]) -> list[Entity | None]:
    """Returns the entity of each mention; None if the name is no usable name."""
    return [_entity(mention) for mention in mentions]


def mentioned(mentions: Sequence[TextMention]) -> tuple[list[Entity | None], tuple[EntityMention, ...]]:
    """Returns each mention's entity, as `entities_of`, and the entities as the document counts them."""
    entities = entities_of(mentions)
    return entities, counted(zip(mentions, entities, strict=True))


def counted(mentions: Iterable[tuple[TextMention, Entity | None]]) -> tuple[EntityMention, ...]:
    """Returns the entities of mentions, each with its number of mentions and the other names used for it."""
    counts: dict[str, int] = {}
    entities: dict[str, Entity] = {}
    names: dict[str, set[str]] = {}
    for mention, entity in mentions:
        if entity is None or entity.type in VALUE_TYPES:
            continue
        entities[entity.id] = entity
        counts[entity.id] = counts.get(entity.id, 0) + 1
        # Everybody knows that "Syrian" refers to Syria; it is not another name of the country.
        if mention.spelling not in {"", entity.name} and mention.spelling not in DEMONYMS:
            names.setdefault(entity.id, set()).add(mention.spelling)
    return tuple(
        EntityMention(entity=entity, count=counts[id_], names=tuple(sorted(names.get(id_, ()))[:MAX_NAMES]))
        for id_, entity in entities.items()
    )


def relation_end(mention: TextMention, entity: Entity | None, allowed: Sequence[str]) -> Entity | None:
    """Returns the entity of a mention as subject or object of a relation.

    Args:
        mention: The mention.
        entity: Its entity in the document: Syria, for "Syrian".
        allowed: Types that the ontology allows at this end. Where it allows no location, "Syrian" is the word itself.
    """
    if mention.type == "misc" and mention.name in DEMONYMS and "location" not in allowed:
        return named_entity(mention.name, mention.type)
    return entity


def _entity(mention: TextMention) -> Entity | None:
    """Returns a mention's entity in the document: "Syrian", as in "Syrian police", is Syria."""
    if mention.name in DEMONYMS and mention.type in _TYPES_OF_DEMONYMS:
        return named_entity(DEMONYMS[mention.name], "location")
    if not 0 < len(mention.name) <= MAX_NAME:
        return None
    return named_entity(mention.name, mention.type, mention.office_of, mention.role)


# News names the same entities over and over; hashing and validating each again took a fifth of the time.
@lru_cache(maxsize=1 << 15)
def named_entity(name: str, type_: str, office_of: str = "", role: str = "") -> Entity:
    """Returns the entity of a name and type; a place with its country and coordinates, where the name tells them.

    Args:
        name: Canonical name.
        type_: Entity type.
        office_of: Whose office it is; "" for everything else.
        role: What a person is; "" for everything else.
    """
    found = locate(name) if type_ == "location" else None
    place = EntityLocation(**found._asdict()) if found else None
    return Entity.of(name, type_, place, office_of[:MAX_NAME] or None, role[:MAX_NAME] or None)
