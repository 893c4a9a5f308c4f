"""Relations across sentences, and across the edge of a quotation, that the words do not bear out.

A model that sees two names close together relates them although one stands in another sentence: "Ann Lee founded Acme.
Her brother is Tom Lee" makes no founder of Tom Lee. Where a sentence itself says who, a name of another sentence needs
a word that ties the two together.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from inference.text.budget import charge
from inference.text.statements.checks import may_be
from inference.text.statements.kin import KINSHIP
from inference.text.statements.openings import RELATIVE
from inference.text.types import Span, TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.respectively import Scored

_PRONOUN = re.compile(r"[\"'“‘(\s]*(?:(?P<he>He|His)|(?P<she>She|Her))\b")  # noqa: RUF001
_ASIDE = re.compile(r",\s+(?:who|whose|whom|which|the|an?|his|her|then|formerly|son|daughter)\b[^,.;]{1,120},")
_TIES = {
    "person": re.compile(r"\b(?:he|she|his|her|him|hers|who|they|their|them)\b", re.IGNORECASE),
    "location": re.compile(
        r"\b(?:there|here|its?|the (?:city|town|village|country|state|region|island|capital))\b", re.IGNORECASE
    ),
}
_TIE = re.compile(
    r"\b(?:its?|they|their|them|which|(?:the|this|that) (?:[a-z-]+ ){0,2}(?:company|firm|group|bank|business|"
    r"start-?up|maker|carmaker|"
    r"airline|agency|party|union|club|team|chain|retailer|lender|newspaper|magazine|school|university|charity|"
    r"foundation|"
    r"organi[sz]ation|institute|film|movie|novel|book|series|play|song|album|device|model|car|chip|phone|plane|"
    r"ship))\b",
    re.IGNORECASE,
)

_SAYING = (
    r"(?:said|says|told|added|adds|wrote|writes|explained|recalled|insisted|asked|noted|announced|claimed|claims|"
    r"argued)"
)
_QUOTE = re.compile(r"[“\"«][^“”\"«»\n]{1,600}[”\"»]")
_SAID_BY = re.compile(rf"\s*,?\s*{_SAYING}\s+(?:(?!that\b)[\w.'’-]+,?\s+){{0,6}}$")  # noqa: RUF001
_BEFORE_SAID = re.compile(r"\s*,?\s*(?:[\w.'’-]+\s+){0,6}$")  # noqa: RUF001
_SAYS = re.compile(rf"(?:,[^,\n]{{1,80}},)?\s+(?:also\s+|later\s+)?{_SAYING}\b")
_KIN = (
    r"(?:late\s+)?(?:father|mother|uncle|aunt|brother|sister|husband|wife|son|daughter|cousin|parents?|family|"
    r"grand\w+|"
    r"friend|partner|boss|colleague|neighbou?r|client)"
)
_OF_MYSELF = re.compile(rf"\b(?:I|we|We|me|us|myself|ourselves|(?:[Mm]y|[Oo]ur)(?!\s+{_KIN}))\b")
_MINE = re.compile(r"\b(?:[Mm]y|[Oo]ur|I|me)\b")
_ITS = re.compile(r"\b(?:its|his|her|their|the (?:company|firm|bank|group|party|club)(?:['’]s)?)\b")  # noqa: RUF001
_AT_A_PLACE = frozenset({"P19", "P20", "P159", "P551", "P740"})
_NEAR = re.compile(
    r"\b(?:near|outside|close\s+to|not\s+far\s+from|(?:miles|km|kilometres|kilometers)\s+(?:\w+\s+)?(?:of|"
    r"from))\s+(?:the\s+)?$"
)
_KIN_AFTER = re.compile(rf"(?:['’]s)?\s+(?:[\w-]+\s+){{0,4}}[\w-]+['’]s\s+(?:[a-z]+\s+){{0,2}}{RELATIVE},?\s+")  # noqa: RUF001
_KIN_BEFORE = re.compile(
    rf",?\s+(?:(?:is|was|who\s+is)\s+)?(?:the\s+|an?\s+)?(?:[a-z]+\s+)?{RELATIVE}\s+of\s+(?:(?:the|its|an?)\s+)?"
    r"(?:[a-z-]+\s+){0,3}of\s+(?:the\s+)?"
)

_INVERSE = {"P176": "P1056", "P749": "P355", "P22": "P40", "P25": "P40", "P50": "P800"}
_SAME = {**{one: one for one in _INVERSE}, **{other: one for one, other in _INVERSE.items()}, "P40": "P40"}
_TOLD_OF_PLACES = frozenset({"P17", "P131", "P276", "P30", "P361", "P206", "P706", "P36", "P1376", "P150", "P527"})

_UNITS = 30
_TAG = 160
"""Characters after a quotation in which its speaker is named."""


def borne_out(
    relations: Sequence[Scored], items: Sequence[int], mentions: Sequence[TextMention], field: SplitField
) -> list[Scored]:
    """Returns the relations of a field without those that no word of it bears out.

    - "She" after a sentence about two women is neither.
    - Who a sentence names as founder is the founder, and not somebody whom the next sentence names, unless a word of
      that one refers back.
    - Who is quoted is not part of what the quotation says, unless it says "I".

    Args:
        relations: The field's relations.
        items: The places of the field's mentions, in reading order.
        mentions: All mentions of the article.
        field: The field.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    if not relations:
        return []
    charge(_UNITS * (len(relations) + len(items)) + len(field.text), "comparing sentences")
    view = _View(items, mentions, field)
    kept = [row for row in relations if not (view.quoted(row) or view.ambiguous(row) or view.of_another(row))]
    return view.without_rivalled(kept)


class _View:
    """A field's sentences with their mentions."""

    def __init__(self, items: Sequence[int], mentions: Sequence[TextMention], field: SplitField) -> None:
        self._mentions = mentions
        self._text = field.text
        self._sentences = field.sentences
        self._within: dict[int, list[int]] = {}
        self._sentence_of = {item: field.sentence_at(mentions[item].span.start) for item in items}
        for item in items:
            self._within.setdefault(self._sentence(item), []).append(item)
        self._speakers = self._find_speakers(items)

    def _sentence(self, item: int) -> int:
        return self._sentence_of[item]

    def _words(self, sentence: int) -> str:
        start, end = self._sentences[sentence]
        return self._text[start : min(end, start + 1000)]

    def ambiguous(self, row: Scored) -> bool:
        """Returns whether only a pronoun that may mean either of two people ties a relation together."""
        first, last = sorted(row[:2], key=lambda item: self._mentions[item].span.start)
        before, after = self._sentence(first), self._sentence(last)
        if after != before + 1 or self._mentions[first].type != "person":
            return False
        found = _PRONOUN.match(self._words(after))
        if not found:
            return False
        opening = Span(self._sentences[after][0], self._mentions[last].span.start)
        between = [item for item in self._within[after] if self._mentions[item].span.start < opening.end]
        if any(self._mentions[item].type == "person" for item in between):
            return False
        start, end = self._sentences[before]
        asides = [match.span() for match in _ASIDE.finditer(self._text, start, min(end, start + 1000))]
        meant: dict[str, bool] = {}
        for item in self._within[before]:
            one = self._mentions[item]
            if one.type != "person" or (meant and any(a < one.span.start < b for a, b in asides)):
                continue
            meant[one.name] = meant.get(one.name, True) and may_be(self._text, one.span.start, she=bool(found["she"]))
        mine = self._mentions[first].name
        if sum(meant.values()) == 1:
            return not meant.get(mine, True)
        return len(meant) > 1

    def of_another(self, row: Scored) -> bool:
        """Returns whether the words between two names make the relation one of somebody or some place else.

        "Born in a village near York" is not born in York, and "Acme's founder's son, Tom Lee" founded nothing.
        """
        first, last = (
            self._mentions[item] for item in sorted(row[:2], key=lambda item: self._mentions[item].span.start)
        )
        between = self._text[first.span.end : last.span.start]
        if len(between) > _TAG:
            return False
        placed = row[2] in _AT_A_PLACE and last is self._mentions[row[1]] and first.type != "location"
        if placed and _NEAR.search(between):
            return True
        people = {first.type, last.type}
        if "person" not in people or people == {"person"}:
            return False
        return bool((_KIN_AFTER if last.type == "person" else _KIN_BEFORE).fullmatch(between))

    def without_rivalled(self, relations: Sequence[Scored]) -> list[Scored]:
        """Returns the relations without those for which a sentence itself names another one, and surer."""
        own: dict[tuple[int, str, str, bool], float] = {}
        for row in relations:
            subject, object_, relation, score, _ = row
            sentence = self._sentence(subject)
            if sentence == self._sentence(object_) and relation not in _TOLD_OF_PLACES:
                for end, key in zip((subject, object_), _sides(relation), strict=True):
                    place = (sentence, self._mentions[end].name, *key)
                    own[place] = max(score, own.get(place, 0.0))
        kept = []
        for row in relations:
            subject, object_, relation, score, _ = row
            sentences = self._sentence(subject), self._sentence(object_)
            if sentences[0] != sentences[1] and relation not in _TOLD_OF_PLACES:
                sides = zip((subject, object_), sentences, reversed(sentences), _sides(relation), strict=True)
                if any(
                    own.get((here, self._mentions[end].name, *key), 0.0) >= score and not self._tied(end, here, there)
                    for end, here, there, key in sides
                ):
                    continue
            kept.append(row)
        return kept

    def _tied(self, end: int, here: int, there: int) -> bool:
        """Returns whether a word of another sentence may stand for a name of this one."""
        one = self._mentions[end]
        if any(self._mentions[item].name == one.name for item in self._within.get(there, ())):
            return True
        return _TIES.get(one.type, _TIE).search(self._words(max(here, there))) is not None

    def _find_speakers(self, items: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Returns the quotation of each person who is named as its speaker right after it."""
        found: dict[int, tuple[int, int]] = {}
        if not any(self._mentions[item].type == "person" for item in items):
            return found
        quotes = [match.span() for match in _QUOTE.finditer(self._text)]
        ends = [end for _, end in quotes]
        for item in items:
            one = self._mentions[item]
            place = bisect_right(ends, one.span.start) - 1
            if one.type != "person" or place < 0 or one.span.start - ends[place] > _TAG:
                continue
            between = self._text[ends[place] : one.span.start]
            after = self._text[one.span.end : one.span.end + _TAG]
            if _SAID_BY.fullmatch(between) or (_BEFORE_SAID.fullmatch(between) and _SAYS.match(after)):
                found[item] = quotes[place]
        return found

    def quoted(self, row: Scored) -> bool:
        """Returns whether a relation joins a speaker with what is only named in the quotation."""
        for speaker, other in (row[:2], row[1::-1]):
            quote = self._speakers.get(speaker)
            if quote is None:
                continue
            start, end = quote
            if not start <= self._mentions[other].span.start < end:
                continue
            said = self._text[start:end]
            _, stop = self._sentences[self._sentence(speaker)]
            after = self._text[self._mentions[speaker].span.end : min(stop, self._mentions[speaker].span.end + _TAG)]
            own = _MINE if row[2] in KINSHIP else _OF_MYSELF
            if not own.search(said) and not _ITS.search(after):
                return True
        return False


def _sides(relation: str) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """Returns what a relation says of its subject and of its object, the same for a relation and its inverse."""
    same = _SAME.get(relation, relation)
    return ((same, False), (same, True)) if same == relation else ((same, True), (same, False))
