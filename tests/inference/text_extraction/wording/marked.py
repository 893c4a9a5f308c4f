"""Fields with marked names, for tests of what becomes of a model's relations: `so [P Ada] founded [O Acme].`"""

import re

from inference.text.language.sentences import split_sentences
from inference.text.types import Span, TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.respectively import Scored

TYPES = {"P": "person", "O": "organization", "L": "location", "W": "work", "D": "product", "F": "office"}
MARKED = re.compile(r"\[([POLWDF]) ([^\]]+)\]")

Row = tuple[str, str, str, float]
"""Subject, relation, object, score."""


def field_of(marked: str) -> tuple[SplitField, list[TextMention]]:
    """Returns a field and its mentions."""
    text, mentions, done = "", [], 0
    for match in MARKED.finditer(marked):
        text += marked[done : match.start()]
        span = Span(len(text), len(text) + len(match[2]))
        mentions.append(TextMention("body", span, match[2], TYPES[match[1]], match[2], 0.9))
        text += match[2]
        done = match.end()
    text += marked[done:]
    return SplitField("body", text, split_sentences(text), []), mentions


def rows(mentions: list[TextMention], *given: Row) -> list[Scored]:
    """Returns relations as a model reports them, between the last mentions of the names."""
    place = {mention.name: i for i, mention in enumerate(mentions)}
    return [(place[one], place[other], relation, score, "asserted") for one, relation, other, score in given]


def named(mentions: list[TextMention], relations: list[Scored]) -> set[Row]:
    """Returns relations by names."""
    return {(mentions[s].name, relation, mentions[o].name, score) for s, o, relation, score, _ in relations}
