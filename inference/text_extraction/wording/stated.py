"""Relations that the words of a sentence state beyond doubt, whether or not the model is sure of them.

The model scores what it has learnt, and a wording that it has seldom seen scores low, however plain it is. "Was bought
by" between the names of two companies leaves no choice, and neither does "her father," between those of two people.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from inference.text.budget import charge
from inference.text.statements.checks import may_be
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

_ONE_EACH = frozenset({"P6", "P35", "P57", "P127", "P169", "P176", "P178", "P488"})
"""Relations of which a sentence that states one seldom states another one of either name without a list."""

_LIKELY = 0.8
"""Score from which on a second owner or leader is believed beside one that is stated."""

_LISTED = re.compile(r"(?:[,&\s]|\band\b|\bas well as\b)*")

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
    topic: int | None = None  # whom the first words of the sentence before mean
    for start, end in field.sentences:
        within = named[bisect_left(starts, start) : bisect_left(starts, end)]
        if within and len(within) + len(before) > 1:
            charge(_UNITS + end - start, "reading wordings")
            read = _Sentence(field.text[start:end], [_name(mentions[item], start) for item in within], within)
            stated = [(within[one], relation, within[other]) for one, relation, other in statements(*read[:2])]
            opening = opening_of(read.text) or kin_in_passing(read.text, read.names[0].end)
            topic = _meant(opening, before, topic, mentions, field.text) if opening else None
            if opening and topic is not None:
                stated += _of_the_one_before(read, opening, topic)
            found += [
                (one, other, relation, SURE, modality.get((one, other), "asserted"))
                for one, relation, other in stated
                if not _same(mentions[one], mentions[other])
            ]
        else:
            topic = None
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


def _of_the_one_before(sentence: _Sentence, opening: Opening, meant: int) -> list[tuple[int, str, int]]:
    """Returns what a sentence states of the name that its first words mean.

    Args:
        sentence: The sentence.
        opening: Its first words.
        meant: The place of that name.
    """
    text, names, within = sentence
    if any(name.start < opening.end and opening.start < name.end for name in names):
        return []
    moved = len(opening.stands_for) - (opening.end - opening.start)
    first = [place for place, name in enumerate(names) if name.end <= opening.start]
    shifted = [Name(name.start + moved, name.end + moved, name.type, name.text) for name in names[len(first) :]]
    one = Name(opening.start, opening.start + 1, opening.type, "X")
    places = [*within[: len(first)], meant, *within[len(first) :]]
    words = f"{text[: opening.start]}{opening.stands_for}{text[opening.end :]}"
    read = statements(words, [*names[: len(first)], one, *shifted])
    return [(places[one], relation, places[other]) for one, relation, other in read if len(first) in {one, other}]


def _meant(
    opening: Opening, before: Sequence[int], topic: int | None, mentions: Sequence[TextMention], whole: str
) -> int | None:
    """Returns the place of the only name that an opening can mean; one that has its noun comes before all others.

    Who only says what the sentence before says is not what the next one is about. Whom that one's own first words mean
    is, if nobody else can be: "Ann Lee died on Monday. Her husband, Bo Lee, died in 2015. She is survived by".
    """
    called = [item for item in before if opening.noun and opening.noun in mentions[item].name.lower().split()]
    meant = called or [item for item in before if mentions[item].type == opening.type]
    if opening.she is not None:
        meant = [item for item in meant if may_be(whole, mentions[item].span.start, she=opening.she)]
        if not meant and topic is not None and mentions[topic].type == "person":
            return topic
    alike = meant and all(_same(mentions[item], mentions[meant[0]]) for item in meant)
    if not alike or all(speaks(whole, mentions[item].span.start, mentions[item].span.end) for item in meant):
        return None
    return meant[-1]


def _name(mention: TextMention, start: int) -> Name:
    return Name(mention.span.start - start, mention.span.end - start, mention.type, mention.spelling or mention.name)


def _same(one: TextMention, other: TextMention) -> bool:
    return one.name == other.name and one.type == other.type


def _sentence_of(row: Scored, mentions: Sequence[TextMention], field: SplitField) -> int:
    """Returns the number of the sentence that the later of the two names stands in."""
    return field.sentence_at(max(mentions[end].span.start for end in row[:2]))


class _Others:
    """Who is stated to own, lead or make what, by sentence."""

    def __init__(self, found: Sequence[Scored], mentions: Sequence[TextMention], field: SplitField) -> None:
        self._mentions, self._field = mentions, field
        self._of: dict[tuple[int, str, bool, str], list[int]] = defaultdict(list)
        for row in found:
            if row[2] in _ONE_EACH:
                sentence = _sentence_of(row, mentions, field)
                self._of[sentence, row[2], False, mentions[row[0]].name].append(row[1])
                self._of[sentence, row[2], True, mentions[row[1]].name].append(row[0])

    def have(self, row: Scored) -> bool:
        """Returns whether a relation is taken: both of its names are stated to have others, or the likelier one is."""
        if row[2] not in _ONE_EACH:
            return False
        sentence = _sentence_of(row, self._mentions, self._field)
        objects = self._of.get((sentence, row[2], False, self._mentions[row[0]].name), ())
        subjects = self._of.get((sentence, row[2], True, self._mentions[row[1]].name), ())
        taken = self._apart(row[1], objects)
        return taken and (row[3] < _LIKELY or self._apart(row[0], subjects))

    def _apart(self, item: int, others: Sequence[int]) -> bool:
        """Returns whether there are others, and none of them is the same or listed with this one."""
        return bool(others) and not any(
            _same(self._mentions[item], self._mentions[other]) or self._listed(item, other) for other in others
        )

    def _listed(self, one: int, other: int) -> bool:
        first, last = sorted((self._mentions[one].span, self._mentions[other].span), key=lambda span: span.start)
        return _LISTED.fullmatch(self._field.text[first.end : min(last.start, first.end + 80)]) is not None


def _allowed(
    relations: Sequence[Scored], found: Sequence[Scored], mentions: Sequence[TextMention], field: SplitField
) -> list[Scored]:
    """Returns the relations without those that what was found rules out within their sentence."""
    ruled_out: set[tuple[int, str, str, str]] = set()
    wed: set[tuple[int, str]] = set()
    pairs: set[tuple[int, str, str]] = set()
    others = _Others(found, mentions, field)
    kin = {frozenset(row[:2]) for row in found if row[2] in KINSHIP}

    def sentence_of(row: Scored) -> int:
        return _sentence_of(row, mentions, field)

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
        if (sentence, one, row[2], other) in ruled_out or others.have(row):
            return False
        married = row[2] == SPOUSE and {(sentence, one), (sentence, other)} & wed
        if married and (sentence, one, other) not in pairs:
            return False
        # Who is listed as left behind is the kin of the one who died, and the list says no more.
        return row[2] not in KINSHIP or sentence not in left_behind or frozenset(row[:2]) in kin

    return [row for row in relations if stays(row)]
