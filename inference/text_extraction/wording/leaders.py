"""Who leads an organization, where the text gives the office its name.

A model that is sure that somebody leads a company is often not sure whether as its chief executive or as its chair. In
"Former Orbital chief executive Ann Lee joined Stellar as chairwoman" the titles tell, and whose each of them is.
"""

import re
from collections.abc import Sequence

from inference.text.types import TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.offices import OWNER
from inference.text_extraction.respectively import Scored

CHIEF, CHAIR = "P169", "P488"
_HELD = "P39"
_LEAST = 0.3
"""Least score of a relation that tells whose an office is."""

_Key = tuple[tuple[int, int], str, str]
"""A sentence, a person and an organization."""

_TITLES = {
    CHIEF: re.compile(r"\b(?:chief executive|ceo)\b", re.IGNORECASE),
    CHAIR: re.compile(r"\bchair(?:man|woman|person)?\b", re.IGNORECASE),
}


def by_title(relations: Sequence[Scored], mentions: Sequence[TextMention], field: SplitField) -> list[Scored]:
    """Returns the relations of a field without chief executives whom it calls chairs, and the other way round.

    Args:
        relations: The field's relations.
        mentions: All mentions of the article.
        field: The field.
    """
    if not any(row[2] in _TITLES for row in relations):
        return [*relations]
    owners: dict[int, tuple[float, str]] = {}
    for office, owner, relation, score, _ in relations:
        if relation == OWNER and mentions[office].type == "office" and score >= _LEAST:
            owners[office] = max(owners.get(office, (0.0, "")), (score, mentions[owner].name))
    titles: dict[_Key, set[str]] = {}
    for person, office, relation, score, _ in relations:
        if relation != _HELD or score < _LEAST or office not in owners:
            continue
        sentence = field.sentence(mentions[office].span, mentions[office].span)
        kinds = {kind for kind, title in _TITLES.items() if title.search(mentions[office].text)}
        if sentence and kinds:
            key = ((sentence.start, sentence.end), mentions[person].name, owners[office][1])
            titles.setdefault(key, set()).update(kinds)
    kept = []
    for row in relations:
        subject, object_, relation, *_ = row
        if relation in _TITLES and titles:
            sentence = field.sentence(mentions[subject].span, mentions[object_].span)
            key = (
                (sentence.start, sentence.end) if sentence else (0, 0),
                mentions[object_].name,
                mentions[subject].name,
            )
            if relation not in titles.get(key, {relation}):
                continue
        kept.append(row)
    return kept
