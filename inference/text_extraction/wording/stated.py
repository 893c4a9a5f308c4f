"""Relations that the words of a sentence state beyond doubt, whether or not the model is sure of them.

The model scores what it has learnt, and a wording that it has seldom seen scores low, however plain it is. "Was bought
by" between the names of two companies leaves no choice, and neither does "her father," between those of two people.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from inference.text.budget import charge
from inference.text.statements.kin import KINSHIP, SPOUSE, lists_survivors, rivals
from inference.text.statements.openings import Opening, kin_in_passing, opening_of, speaks
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
    before: Sequence[int] = ()
    for start, end in field.sentences:
        within = named[bisect_left(starts, start) : bisect_left(starts, end)]
        if within and len(within) + len(before) > 1:
            charge(_UNITS + end - start, "reading wordings")
            read = _Sentence(field.text[start:end], [_name(mentions[item], start) for item in within], within)
            stated = [(within[one], relation, within[other]) for one, relation, other in statements(*read[:2])]
            stated += _of_the_one_before(read, before, mentions, field.text)
            found += [
                (one, other, relation, SURE, modality.get((one, other), "asserted"))
                for one, relation, other in stated
                if not _same(mentions[one], mentions[other])
            ]
        before = within
    return [*_allowed(relations, found, mentions, field), *found] if found else [*relations]


class _Sentence(NamedTuple):
    """A sentence.

    Attributes:
        text: Its text.
        names: Its names, in reading order.
        within: Their places in the mentions.
    """

    text: str
    names: Sequence[Name]
    within: Sequence[int]


def _of_the_one_before(
    sentence: _Sentence, before: Sequence[int], mentions: Sequence[TextMention], whole: str
) -> list[tuple[int, str, int]]:
    """Returns what a sentence states of the only name of the sentence before that its first words can mean.

    Args:
        sentence: The sentence.
        before: The places of the names of the sentence before.
        mentions: All mentions of the article.
        whole: The text of the field.
    """
    text, names, within = sentence
    opening = opening_of(text) or kin_in_passing(text, names[0].end)
    meant = _meant(opening, before, mentions, whole) if opening else None
    if opening is None or meant is None or any(name.start < opening.end and opening.start < name.end for name in names):
        return []
    moved = len(opening.stands_for) - (opening.end - opening.start)
    first = [place for place, name in enumerate(names) if name.end <= opening.start]
    shifted = [Name(name.start + moved, name.end + moved, name.type, name.text) for name in names[len(first) :]]
    one = Name(opening.start, opening.start + 1, opening.type, "X")
    places = [*within[: len(first)], meant, *within[len(first) :]]
    words = f"{text[: opening.start]}{opening.stands_for}{text[opening.end :]}"
    read = statements(words, [*names[: len(first)], one, *shifted])
    return [(places[one], relation, places[other]) for one, relation, other in read if len(first) in {one, other}]


def _meant(opening: Opening, before: Sequence[int], mentions: Sequence[TextMention], whole: str) -> int | None:
    """Returns the place of the only name that an opening can mean; one that has its noun comes before all others.

    Who only says what the sentence before says is not what the next one is about.
    """
    called = [item for item in before if opening.noun and opening.noun in mentions[item].name.lower().split()]
    meant = called or [item for item in before if mentions[item].type == opening.type]
    alike = meant and all(_same(mentions[item], mentions[meant[0]]) for item in meant)
    if not alike or all(speaks(whole, mentions[item].span.start, mentions[item].span.end) for item in meant):
        return None
    return meant[-1]


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
    kin = {frozenset(row[:2]) for row in found if row[2] in KINSHIP}

    def sentence_of(row: Scored) -> int:
        """Returns the number of the sentence that the later of the two names stands in."""
        return field.sentence_at(max(mentions[end].span.start for end in row[:2]))

    left_behind = {
        number
        for number in {sentence_of(row) for row in found if row[2] in KINSHIP}
        if lists_survivors(field.text[slice(*field.sentences[number])])
    }
    for row in found:
        subject, object_, relation, *_ = row
        if relation not in KINSHIP:
            continue
        sentence, one, other = sentence_of(row), mentions[subject].name, mentions[object_].name
        there, back = rivals(relation)
        ruled_out |= {(sentence, one, rival, other) for rival in there}
        ruled_out |= {(sentence, other, rival, one) for rival in back}
        if relation == SPOUSE:
            wed |= {(sentence, one), (sentence, other)}
            pairs |= {(sentence, one, other), (sentence, other, one)}

    def stays(row: Scored) -> bool:
        sentence, one, other = sentence_of(row), mentions[row[0]].name, mentions[row[1]].name
        if (sentence, one, row[2], other) in ruled_out:
            return False
        married = row[2] == SPOUSE and {(sentence, one), (sentence, other)} & wed
        if married and (sentence, one, other) not in pairs:
            return False
        # Who is listed as left behind is the kin of the one who died, and the list says no more.
        return row[2] not in KINSHIP or sentence not in left_behind or frozenset(row[:2]) in kin

    return [row for row in relations if stays(row)]
