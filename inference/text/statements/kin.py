"""The wordings that state kinship: "her brother is", "survived by his mother, … and his sister", "the son of"."""

import re
from collections.abc import Iterator

from inference.text.statements.checks import may_be, opens_clause
from inference.text.statements.signs import LOCATION, PERSON, Signed, some

FATHER, MOTHER, SPOUSE, CHILD, SIBLING = "P22", "P25", "P26", "P40", "P3373"

KINSHIP = frozenset({FATHER, MOTHER, SPOUSE, CHILD, SIBLING})

_MEANING = {
    FATHER: "father dad",
    MOTHER: "mother mom mum",
    SPOUSE: "husband wife spouse widow widower",
    CHILD: "son sons daughter daughters child children",
    SIBLING: "brother brothers sister sisters sibling siblings",
}
_RELATION = {word: relation for relation, words in _MEANING.items() for word in words.split()}

_WORDS = "|".join(sorted(_RELATION, key=len, reverse=True))
_ADJECTIVE = (
    r"(?:(?:late|elder|older|eldest|oldest|younger|youngest|only|twin|first|second|third|surviving|adopted|adoptive|"
    r"biological|infant|teenage|adult|estranged|long-?time|then|former|two|three|four|five|six|\ue016|\d+-year-old|"
    r"\ue016-year-old|\ue015) ){0,3}"
)
_KIN = rf"{_ADJECTIVE}(?P<kin>{_WORDS})\b(?!-|')"
_P, _PEOPLE = PERSON, some(PERSON)
_ASIDE = r"(?: \([^()]{1,60}\)|,(?! (?:and|but|or)\b) [^,;]{1,60},|,(?= (?:is|was|has|married)\b))?"
_AFTER = r"(?!'|-)"

_OWNERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<a>{_P})'s {_KIN}(?:,| is| was|,? who is)? (?P<b>{_PEOPLE}){_AFTER}",
        rf"(?P<a>{_P}), whose {_KIN}(?: is| was|,) (?P<b>{_PEOPLE}){_AFTER}",
        rf"\b[Tt]he {_KIN} of (?P<a>{_P}),? (?:is |was )?(?P<b>{_P}){_AFTER}",
        rf"(?P<b>{_P}), (?:the |an? )?{_KIN} of (?:the )?(?P<a>{_PEOPLE}){_AFTER}",
        rf"(?P<b>{_P}), (?P<a>{_P})'s {_KIN}(?=[,.;)]| and)",
    )
)
"""Groups: `b` is the kin of `a`."""

_OPENING_OWNERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<b>{_P}){_ASIDE} (?:is|was) (?:the |an? )?{_KIN} of (?:the )?(?P<a>{_PEOPLE}){_AFTER}",
        rf"(?P<b>{_P}){_ASIDE} (?:is|was) (?P<a>{_P})'s {_KIN}",
    )
)
"""The same; the first name must begin its clause."""

_WED = (
    re.compile(
        rf"(?P<a>{_P})(?: of {LOCATION})?{_ASIDE}(?:, who| who|,)? (?:has |had )?(?:[Mm]arried|[Ww]eds?|[Mm]arries|"
        rf"(?:is|was|has been|got) married to)"
        rf" (?:[A-Za-z]+ ){{0,2}}(?P<b>{_P}){_AFTER}"
    ),
    re.compile(rf"(?P<a>{_P}) and (?P<b>{_P}) (?:married|wed|got married|were married|are married)\b"),
)

_TOLD_OF = rf"(?:{_ASIDE}|, (?:who|whose) [^;.]{{1,120}},)"
_LEAVES = re.compile(
    rf"(?P<a>{_P}){_TOLD_OF} (?:is|was) survived by |"
    rf"(?P<c>{_P}){_TOLD_OF} (?:leaves|left) (?:behind )?(?=(?:his|her|an?|two|three|four|five|six) {_ADJECTIVE}"
    rf"(?:{_WORDS})\b)|"
    rf"(?P<d>{_P})'s survivors include |\b[Ss]urvivors of (?:[\w.-]+ ){{0,3}}(?P<e>{_P}) include "
)
_BESIDES = re.compile(
    rf"\b(?:[Bb]esides|[Ii]n addition to|[Aa]long with) (?:his|her) {_KIN},? (?P<b>{_P}), (?:(?:the|an?) )?(?:[a-z-]+ )"
    rf"{{0,3}}(?P<a>{_P}){_ASIDE} (?:is survived|was survived|leaves|left)\b"
)
_SURVIVORS = re.compile(
    r"\bsurvived by\b|\b[Ss]urvivors (?:of [^.;]{1,60} )?include\b|"
    rf"\b(?:leaves|left) (?:behind )?(?:his|her|an?|two|three) {_KIN}"
)
_LEFT = re.compile(
    rf"(?:(?P<kin>{_WORDS})\b(?!-)|(?P<name>{_P})(?!'|-)|[,;]|\b(?:and|of|his|her|by|as well as|an?|the|both|in|at|"
    rf"whom)\b|"
    rf"{_ADJECTIVE.removesuffix('{0,3}')}|\([^()]{{1,40}}\)|[a-z]+-in-law|(?:grand|great-grand|step|god)[a-z]+|\s)"
)
_OWN = re.compile(rf"\b(?P<whose>his|her) {_KIN},? (?P<b>{_P}){_AFTER}(?! and)")
_MOST_LEFT = 80
"""Words of the longest list of those whom somebody leaves behind."""


def kin_stated(sentence: Signed) -> Iterator[tuple[int, str, int]]:
    """Yields (subject, relation, object) of each kinship that a sentence states, as numbers of its names."""
    yield from _owned(sentence)
    yield from _wed(sentence)
    for match in _BESIDES.finditer(sentence.text):
        yield sentence.names[match.start("a")], _RELATION[match["kin"]], sentence.names[match.start("b")]
    for match in _LEAVES.finditer(sentence.text):
        who = next(group for group in "acde" if match[group])
        yield from _left_behind(sentence, sentence.names[match.start(who)], match.end())
    if lists_survivors(sentence.text):
        return  # "his" is of the one who died
    for match in _OWN.finditer(sentence.text):
        before = sentence.items(0, match.start(), _P)
        place = sentence.text.find(_P)
        if len(before) == 1 and may_be(sentence.text, place, she=match["whose"] == "her"):
            yield before[0], _RELATION[match["kin"]], sentence.names[match.start("b")]


def _owned(sentence: Signed) -> Iterator[tuple[int, str, int]]:
    """Yields the kin of whoever stands in the possessive, or after "of"."""
    for pattern in _OWNERS + _OPENING_OWNERS:
        for match in pattern.finditer(sentence.text):
            if pattern in _OPENING_OWNERS and not opens_clause(sentence.text, match.start()):
                continue
            for one in sentence.items(*match.span("a"), _P):
                for other in sentence.items(*match.span("b"), _P):
                    yield one, _RELATION[match["kin"]], other


def _wed(sentence: Signed) -> Iterator[tuple[int, str, int]]:
    """Yields who married whom."""
    for pattern in _WED:
        for match in pattern.finditer(sentence.text):
            if opens_clause(sentence.text, match.start()):
                yield sentence.names[match.start("a")], SPOUSE, sentence.names[match.start("b")]


def _left_behind(sentence: Signed, who: int, place: int) -> Iterator[tuple[int, str, int]]:
    """Yields whom somebody leaves behind: each name belongs to the word of kinship before it."""
    relation = ""
    for _ in range(_MOST_LEFT):
        match = _LEFT.match(sentence.text, place)
        if match is None or match.end() == place:
            return
        place = match.end()
        if match["kin"]:
            relation = _RELATION[match["kin"]]
        elif match["name"] and relation:
            yield who, relation, sentence.names[match.start("name")]
        elif match.group().endswith("-in-law") or match.group().startswith(("grand", "great", "step", "god")):
            relation = ""


def lists_survivors(text: str) -> bool:
    """Returns whether a sentence lists whom somebody leaves behind."""
    return _SURVIVORS.search(text) is not None


def rivals(relation: str) -> tuple[frozenset[str], frozenset[str]]:
    """Returns which other kinships rule out this one: those of the subject to the object, and the other way round."""
    back = {
        FATHER: {CHILD},
        MOTHER: {CHILD},
        CHILD: {FATHER, MOTHER},
        SPOUSE: {SPOUSE},
        SIBLING: {SIBLING},
    }[relation]
    return KINSHIP - {relation}, KINSHIP - back
