"""Tells whose office an office is: the foreign ministers of two countries hold two offices."""

from collections.abc import Sequence
from dataclasses import replace

from inference.text.names.countries import DEMONYMS
from inference.text.types import TextMention, TextRelation

OWNER = "P1001"
"""The relation from an office to the country, place or institution whose office it is."""

LEAST_SCORE = 0.5
"""Least score of such a relation: below it, the office stays one of nobody knows whom."""


def with_owners(mentions: Sequence[TextMention], relations: Sequence[TextRelation]) -> tuple[TextMention, ...]:
    """Returns the mentions, each office with the name of its surest owner.

    Args:
        mentions: The article's mentions.
        relations: Its relations.
    """
    owners: dict[int, tuple[float, str]] = {}
    for relation in relations:
        if (
            relation.predicate == OWNER
            and mentions[relation.subject].type == "office"
            and relation.score >= LEAST_SCORE
        ):
            name = mentions[relation.object].name
            owners[relation.subject] = max(
                owners.get(relation.subject, (0.0, "")), (relation.score, DEMONYMS.get(name, name))
            )
    return tuple(
        replace(mention, office_of=owners[place][1]) if place in owners else mention
        for place, mention in enumerate(mentions)
    )
