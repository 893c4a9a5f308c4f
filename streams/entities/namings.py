"""From the entities that a document mentions to the names that the registry learns."""

from collections.abc import Iterable

from streams.entities.memory import name_of
from streams.entities.registry import MentionedName
from streams.messages.base import Entity, EntityMention


def named_in(mentions: Iterable[EntityMention]) -> list[MentionedName]:
    """Returns the names of a document's entities, in its order.

    Left out are offices: a title alone does not say which office it is.
    """
    return [_named(mention) for mention in mentions if mention.entity.type != "office"]


def _named(mention: EntityMention) -> MentionedName:
    entity, place = mention.entity, mention.entity.location
    also = tuple(name_of(Entity.of(name, entity.type)) for name in mention.names)
    if place is None:
        return MentionedName(name_of(entity), also)
    return MentionedName(name_of(entity), also, place.country, wide=place.latitude is None)
