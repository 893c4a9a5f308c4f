"""Gives each person of an article the role that the text states: "the footballer John Ashford"."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from inference.text.budget import charge
from inference.text.geography.atlas import locate
from inference.text.names.countries import DEMONYMS
from inference.text.names.roles import ROLES, agreed, nouns_beside, of_owner, owned
from inference.text.types import Field, TextDocument, TextMention

_UNITS = 20
"""Units of work that looking beside a name costs."""

_LONGEST_OWNER = 64
"""Characters of the longest name of a place that becomes part of a role."""

_JOINED = re.compile(r"(?:['’]s)?(?: [a-z-]+){0,3} ?")  # noqa: RUF001


def with_roles(mentions: Sequence[TextMention], document: TextDocument) -> tuple[TextMention, ...]:
    """Returns the mentions, each person of a full name with the role that the article gives this name.

    A name of one word is nobody's in particular, and keeps none.

    Args:
        mentions: The article's mentions.
        document: The text that was read.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    people = [mention for mention in mentions if mention.type == "person" and " " in mention.name]
    charge(_UNITS * len(people), "finding people's roles")
    places = _Places(mentions)
    said: dict[str, set[str]] = defaultdict(set)
    for person in people:
        text = document.text(person.field)
        for noun, start, end in nouns_beside(text, _name_start(person, text), person.span.end):
            role = ROLES[noun]
            owner = places.owner(person.field, text, start, end) if owned(role) else ""
            said[person.name].add(f"{role}/{owner}" if owner else role)
    roles = {name: role for name, some in said.items() if (role := agreed(frozenset(some)))}
    if not roles:
        return tuple(mentions)
    return tuple(
        replace(mention, role=roles[mention.name]) if mention.type == "person" and mention.name in roles else mention
        for mention in mentions
    )


def _name_start(person: TextMention, text: str) -> int:
    """Returns where a person's name begins, after the title that the model may have marked with it."""
    at = text.find(person.spelling, person.span.start, person.span.end) if person.spelling else -1
    return at if at >= 0 else person.span.start


class _Places:
    """Finds the place whose office a noun names."""

    def __init__(self, mentions: Sequence[TextMention]) -> None:
        self._starting: dict[tuple[Field, int], TextMention] = {}
        self._ending: dict[tuple[Field, int], TextMention] = {}
        for mention in mentions:
            if mention.type == "location" or mention.name in DEMONYMS:
                self._starting[mention.field, mention.span.start] = mention
                self._ending[mention.field, mention.span.end] = mention

    def owner(self, field: Field, text: str, start: int, end: int) -> str:
        """Returns the country, or else the place, whose office it is: "mayor of Leeds", "Canadian senator"."""
        found = self._starting.get((field, of_owner(text, end)))
        if found is None:
            # "Canada's former prime minister": few words, all small, stand between the two.
            for at in range(start - 1, max(-1, start - _LONGEST_OWNER), -1):
                if found := self._ending.get((field, at)):
                    break
                if text[at] in ".,;:!?":
                    return ""
            if found is None or not _JOINED.fullmatch(text, found.span.end, start):
                return ""
        name = DEMONYMS.get(found.name, found.name)
        located = locate(name)
        return located.country if located else name.lower()[:_LONGEST_OWNER].replace("/", " ")
