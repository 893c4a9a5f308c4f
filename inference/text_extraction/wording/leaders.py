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
_HEAD_OF_STATE = "P35"
_HELD = "P39"
_LEAST = 0.3
"""Least score of a relation that tells whose an office is."""

_Key = tuple[tuple[int, int], str, str]
"""A sentence, a person and an organization."""

_PRESIDENT = re.compile(r"(?:[^,.;]{1,60}['’]s )?(?:the )?president", re.IGNORECASE)  # noqa: RUF001
"""Who is the president of a place, and not of its council or party, is its head of state and chairs nothing."""

_TITLES = {
    CHIEF: re.compile(r"\b(?:chief executive|ceo)\b", re.IGNORECASE),
    CHAIR: re.compile(r"\bchair(?:man|woman|person)?\b", re.IGNORECASE),
}


def by_title(relations: Sequence[Scored], mentions: Sequence[TextMention], field: SplitField) -> list[Scored]:
    """Returns the relations of a field without chief executives whom it calls chairs, and the other way round.

    Where it names only one of the two titles, and not whose office it is, the other relation becomes that one.

    Args:
        relations: The field's relations.
        mentions: All mentions of the article.
        field: The field.
    """
    if not any(row[2] in _TITLES for row in relations):
        return [*relations]
    titles, held = _titles(relations, mentions, field)
    presidents = {
        mentions[person].name
        for person, office, relation, score, _ in relations
        if relation == _HELD and score >= _LEAST and _PRESIDENT.fullmatch(mentions[office].text)
    }
    named = {relation for relation, title in _TITLES.items() if title.search(field.text)}
    kept = []
    for row in relations:
        subject, object_, relation, score, modality = row
        if relation not in _TITLES:
            kept.append(row)
            continue
        sentence = field.sentence(mentions[subject].span, mentions[object_].span)
        within = (sentence.start, sentence.end) if sentence else (0, 0)
        person = mentions[object_].name
        if relation == CHAIR and mentions[subject].type == "location" and person in presidents:
            kept.append((subject, object_, _HEAD_OF_STATE, score, modality))
            continue
        if relation not in titles.get((within, person, mentions[subject].name), {relation}):
            continue
        # Of an office without an owner the name alone tells: "Its chief executive, Ann Lee".
        own = held.get((person, ""), set()) | held.get((person, mentions[subject].name), set())
        if len(own) == 1 and relation not in own | named:
            (relation,) = own
        kept.append((subject, object_, relation, score, modality))
    return kept


def _titles(
    relations: Sequence[Scored], mentions: Sequence[TextMention], field: SplitField
) -> tuple[dict[_Key, set[str]], dict[tuple[str, str], set[str]]]:
    """Returns the kinds of titles.

    Returns:
        By sentence, person and organization; and by person and organization, "" where nothing says whose office it is.
    """
    owners: dict[int, tuple[float, str]] = {}
    for office, owner, relation, score, _ in relations:
        if relation == OWNER and mentions[office].type == "office" and score >= _LEAST:
            owners[office] = max(owners.get(office, (0.0, "")), (score, mentions[owner].name))
    titles: dict[_Key, set[str]] = {}
    held: dict[tuple[str, str], set[str]] = {}
    for person, office, relation, score, _ in relations:
        if relation != _HELD or score < _LEAST:
            continue
        kinds = {kind for kind, title in _TITLES.items() if title.search(mentions[office].text)}
        if office not in owners:
            held.setdefault((mentions[person].name, ""), set()).update(kinds)
        sentence = field.sentence(mentions[office].span, mentions[office].span)
        if sentence and kinds and office in owners:
            key = ((sentence.start, sentence.end), mentions[person].name, owners[office][1])
            titles.setdefault(key, set()).update(kinds)
            held.setdefault(key[1:], set()).update(kinds)
    return titles, held
