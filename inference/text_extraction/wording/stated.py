"""Relations that the words of a sentence state beyond doubt, whether or not the model is sure of them.

The model scores what it has learnt, and a wording that it has seldom seen scores low, however plain it is. "Was bought
by" between the names of two companies leaves no choice, and neither does "her father," between those of two people.
"""

from bisect import bisect_left
from collections.abc import Sequence

from inference.text.budget import charge
from inference.text.statements.kin import KINSHIP, SPOUSE, rivals
from inference.text.statements.reading import statements
from inference.text.statements.signs import Name
from inference.text.types import TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.respectively import Scored

SURE = 0.9
"""Score of what is stated in so many words, unless the model is surer.

A choice: news has too few of these wordings to measure how often they are right."""

_UNITS = 300
"""Units of work that a sentence with two names or more costs."""

_UNNAMED = frozenset({"office"})
"""Types whose mentions are words of the sentence."""


def with_statements(
    relations: Sequence[Scored], items: Sequence[int], mentions: Sequence[TextMention], field: SplitField
) -> list[Scored]:
    """Returns the relations of a field with those that its sentences state, and without what these rule out.

    Args:
        relations: The field's relations.
        items: The places of the field's mentions, in reading order.
        mentions: All mentions of the article.
        field: The field.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    named = [item for item in items if mentions[item].type not in _UNNAMED]
    starts = [mentions[item].span.start for item in named]
    modality = {relation[:2]: relation[4] for relation in relations}
    found: list[Scored] = []
    for start, end in field.sentences:
        within = named[bisect_left(starts, start) : bisect_left(starts, end)]
        if len(within) > 1:
            charge(_UNITS + end - start, "reading wordings")
            names = [_name(mentions[item], start) for item in within]
            found += [
                (within[one], within[other], relation, SURE, modality.get((within[one], within[other]), "asserted"))
                for one, relation, other in statements(field.text[start:end], names)
                if not _same(mentions[within[one]], mentions[within[other]])
            ]
    return [*_allowed(relations, found, mentions, field), *found] if found else [*relations]


def _name(mention: TextMention, start: int) -> Name:
    return Name(mention.span.start - start, mention.span.end - start, mention.type, mention.spelling or mention.name)


def _same(one: TextMention, other: TextMention) -> bool:
    return one.name == other.name and one.type == other.type


def _allowed(
    relations: Sequence[Scored], found: Sequence[Scored], mentions: Sequence[TextMention], field: SplitField
) -> list[Scored]:
    """Returns the relations without the kinships that those which were found rule out within their sentence."""
    ruled_out: set[tuple[int, str, str, str]] = set()
    wed: set[tuple[int, str]] = set()
    pairs: set[tuple[int, str, str]] = set()
    for subject, object_, relation, *_ in found:
        if relation not in KINSHIP:
            continue
        sentence, one, other = (
            field.sentence_at(mentions[subject].span.start),
            mentions[subject].name,
            mentions[object_].name,
        )
        there, back = rivals(relation)
        ruled_out |= {(sentence, one, rival, other) for rival in there}
        ruled_out |= {(sentence, other, rival, one) for rival in back}
        if relation == SPOUSE:
            wed |= {(sentence, one), (sentence, other)}
            pairs |= {(sentence, one, other), (sentence, other, one)}
    kept = []
    for row in relations:
        sentence, one, other = (
            field.sentence_at(mentions[row[0]].span.start),
            mentions[row[0]].name,
            mentions[row[1]].name,
        )
        if sentence == field.sentence_at(mentions[row[1]].span.start):
            married = row[2] == SPOUSE and {(sentence, one), (sentence, other)} & wed
            if (sentence, one, row[2], other) in ruled_out or (married and (sentence, one, other) not in pairs):
                continue
        kept.append(row)
    return kept
