"""Names an office with its institution, and tells whose it is: "FBI director", and the "foreign minister" of Germany.

The model relates an office to its country, place or institution. That is no fact about the world but part of what the
office is, so it is not published as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inference.text.names.countries import DEMONYMS
from inference.text.names.institutions import country_of
from inference.text.types import Field, TextDocument, TextMention, TextRelation

OWNER = "P1001"
"""The relation from an office to the country, place or institution whose office it is."""

LEAST_SCORE = 0.5
"""Least score of such a relation: below it, the office stays one of nobody knows whom."""

_JOINED = (" ", "'s ", "’s ")  # noqa: RUF001


def with_institutions(mentions: Sequence[TextMention], document: TextDocument) -> list[TextMention]:
    """Returns the mentions, each office with the institution that stands right before it in its name.

    Args:
        mentions: The article's mentions.
        document: The text that was read.
    """
    institutions = {(one.field, one.span.end): one for one in mentions if one.type == "organization"}
    return [_named(mention, institutions, document) if mention.type == "office" else mention for mention in mentions]


def _named(
    office: TextMention, institutions: Mapping[tuple[Field, int], TextMention], document: TextDocument
) -> TextMention:
    text = document.text(office.field)
    for joined in _JOINED:
        before = office.span.start - len(joined)
        found = institutions.get((office.field, before))
        if found and text.startswith(joined, before):
            return replace(office, name=f"{_without_country(found.spelling or found.text)} {office.name}")
    return office


def _without_country(institution: str) -> str:
    """Returns an institution without the country before it: "Senate" for "Philippine Senate"."""
    first, _, rest = institution.partition(" ")
    return rest if rest and country_of(first) else institution


def owned(
    mentions: Sequence[TextMention], relations: Sequence[TextRelation]
) -> tuple[tuple[TextMention, ...], tuple[TextRelation, ...]]:
    """Returns the mentions, each office with the name of its surest owner, and the relations that are facts.

    Args:
        mentions: The article's mentions.
        relations: Its relations.
    """
    owners: dict[int, tuple[float, str]] = {}
    facts = []
    for relation in relations:
        office, score = relation.subject, relation.score
        if relation.predicate != OWNER or mentions[office].type != "office":
            facts.append(relation)
            continue
        owner = mentions[relation.object]
        if score >= LEAST_SCORE and not mentions[office].name.startswith(owner.spelling or owner.name):
            name = DEMONYMS.get(owner.name, owner.name)
            owners[office] = max(owners.get(office, (0.0, "")), (score, name))
    found = (
        replace(mention, office_of=owners[place][1]) if place in owners else mention
        for place, mention in enumerate(mentions)
    )
    return tuple(found), tuple(facts)
