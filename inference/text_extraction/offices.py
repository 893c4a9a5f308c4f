"""Names an office with its institution, and tells whose it is: "FBI director", and the "foreign minister" of Germany.

The model relates an office to its country, place or institution. That is no fact about the world but part of what the
office is, so it is not published as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inference.text.names.countries import DEMONYMS
from inference.text.names.institutions import SHARED, NamedSpan, country_of, owning_countries
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
    found = _right_before(office, institutions, document)
    if found is None:
        return office
    return replace(office, name=f"{_without_country(found.spelling or found.text)} {office.name}")


def _right_before(
    office: TextMention, ending: Mapping[tuple[Field, int], TextMention], document: TextDocument
) -> TextMention | None:
    """Returns the mention that only a blank or a possessive divides from an office, given mentions by their ends."""
    text = document.text(office.field)
    for joined in _JOINED:
        before = office.span.start - len(joined)
        found = ending.get((office.field, before))
        if found and text.startswith(joined, before):
            return found
    return None


def _without_country(institution: str) -> str:
    """Returns an institution without the country before it: "Senate" for "Philippine Senate"."""
    first, _, rest = institution.partition(" ")
    return rest if rest and country_of(first) else institution


def owned(
    mentions: Sequence[TextMention], relations: Sequence[TextRelation], document: TextDocument | None = None
) -> tuple[tuple[TextMention, ...], tuple[TextRelation, ...]]:
    """Returns the mentions, each office with the name of its surest owner, and the relations that are facts.

    Where the model relates an office to nobody, it is that of the place right beside it ("Iranian president"); and an
    office that every country has is that of the country that its sentence or its article is about.

    Args:
        mentions: The article's mentions.
        relations: Its relations.
        document: The text that was read; None if only what the model relates counts.
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
    whose = {place: name for place, (_, name) in owners.items()}
    if document is not None:
        whose = _stated_beside(mentions, document) | whose
    found = [replace(one, office_of=whose[place]) if place in whose else one for place, one in enumerate(mentions)]
    return tuple(found), tuple(facts)


def _stated_beside(mentions: Sequence[TextMention], document: TextDocument) -> dict[int, str]:
    """Returns the owners of offices that the text itself states, by the place of the office among the mentions."""
    if not any(mention.type == "office" for mention in mentions):
        return {}
    texts = {"headline": document.headline, "body": document.body}
    spans = [NamedSpan(m.field, m.span.start, m.span.end, m.name) for m in mentions]
    every = [s if m.type == "office" and m.name in SHARED else None for m, s in zip(mentions, spans, strict=True)]
    found = {i: country for i, country in enumerate(owning_countries(every, spans, texts)) if country}
    beside = {(m.field, m.span.end): m for m in mentions if m.type == "location" or m.name in DEMONYMS}
    for i, mention in enumerate(mentions):
        if mention.type == "office" and (owner := _right_before(mention, beside, document)):
            found[i] = DEMONYMS.get(owner.name, owner.name)
    return found
