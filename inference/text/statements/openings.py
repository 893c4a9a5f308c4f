"""Whom the first words of a sentence mean: "His sister", "The company's chief executive", "She"."""

import re
from typing import NamedTuple

_GROUP = (
    r"(?:company|firm|group|bank|business|start-?up|maker|carmaker|automaker|airline|agency|party|union|club|team|"
    r"chain|retailer|lender|insurer|newspaper|magazine|school|university|college|charity|foundation|trust|"
    r"organi[sz]ation|institute|association|brewery|brewer|publisher|utility|supplier|clinic|hospital|museum|theatre|"
    r"theater|gallery|studio|orchestra|festival|hotel|restaurant|brand|broadcaster|channel|network|platform|label)"
)
_DOER = (
    r"(?:actor|actress|singer|musician|composer|conductor|dancer|author|novelist|writer|poet|painter|sculptor|artist|"
    r"architect|photographer|filmmaker|comedian|politician|lawmaker|senator|diplomat|scientist|physicist|chemist|"
    r"economist|historian|philosopher|athlete|footballer|cyclist|boxer|climber|chef|businessman|businesswoman)"
)
_OPENING = re.compile(
    rf"\s*(?:(?P<his>His|Her)(?=\s)|(?P<he>He|She|The\s+(?:\d+-year-old\s+)?{_DOER})(?=[\s,])|(?P<its>Its(?=\s)|The\s+(?P<owner>{_GROUP})['’]s(?=\s))|"  # noqa: RUF001
    rf"(?P<it>The\s+(?P<noun>{_GROUP})(?=[\s,]))|(?P<left>Survivors include)(?=\s+(?:his|her)\s))"
)
RELATIVE = (
    r"(?:father|mother|husband|wife|widow|widower|son|daughter|brother|sister|uncle|aunt|cousin|nephew|niece|grandson|"
    r"granddaughter|grandfather|grandmother|(?:father|mother|son|daughter|brother|sister)-in-law)"
)
"""A word of kinship."""

_RELATIVE = rf"(?:{RELATIVE}|partner)s?"
OWN_KIN = re.compile(
    rf"(?:(?:['’]s?)?\s+|,\s+whose\s+)(?:[a-z-]+\s+){{0,2}}{_RELATIVE}\b(?!['’])",  # noqa: RUF001
    re.IGNORECASE,
)
"""After a name that owns what follows: its kin."""

_KIN_FIRST = re.compile(
    rf"[\"'“‘(\s]*(?:His|Her|Their|HIS|HER|THEIR)\s+(?:[A-Za-z-]+\s+){{0,2}}(?i:{_RELATIVE})\b"  # noqa: RUF001
)
"""At the beginning of a sentence that is about somebody's kin."""

REFERS_BACK = re.compile(
    rf"\b(?:(?:he|she|they|his|her|him|their|them|who|whose|its?|there)\b|(?:the|that|this)\s+{_GROUP}\b(?!\s+(?-i:[A-Z])))",
    re.IGNORECASE,
)

_SAYING = r"(?:said|says|reported|reports|told|wrote|writes|announced|added|adds|confirmed|noted)"
_SAYS = re.compile(rf"(?:,[^,.;]{{1,60}},)?\s+(?:also\s+|later\s+)?{_SAYING}\b")
_SAID_BY = re.compile(
    rf"\b(?:according to|told|tells|{_SAYING})\s+(?:(?:the|its|his|her|an?)\s+)?(?:[a-z-]+\s+){{0,3}}$", re.IGNORECASE
)

_HER_KIN = re.compile(
    r",\s+(?P<his>his|her)(?=\s+(?:[a-z-]+\s+){0,2}(?:father|mother|husband|wife|brother|sister|son|daughter),)"
)


class Opening(NamedTuple):
    """Words at the beginning of a sentence that stand for a name of the sentence before.

    Attributes:
        type: The entity type of that name.
        start: The first character of these words.
        end: One past their last.
        stands_for: What is to be read in place of them, given a name of one letter.
        noun: The noun that they call it by; "" for a pronoun.
        she: Whether a pronoun is that of a woman; None for other words.
    """

    type: str
    start: int
    end: int
    stands_for: str
    noun: str = ""
    she: bool | None = None


def speaks(text: str, start: int, end: int) -> bool:
    """Returns whether a name is only that of who says what its sentence says: the next one is about somebody else.

    Args:
        text: The field.
        start: The name's first character.
        end: One past its last.
    """
    return _SAYS.match(text, end) is not None or _SAID_BY.search(text[max(0, start - 40) : start]) is not None


def tells_of_kin(text: str, start: int, end: int) -> bool:
    """Returns whether a sentence is about somebody's kin, and no word in it about himself."""
    opening = _KIN_FIRST.match(text, start, end)
    return opening is not None and not REFERS_BACK.search(text, opening.end(), min(end, start + 1000))


def opening_of(text: str) -> Opening | None:
    """Returns the opening of a sentence; None if it begins with anything else."""
    match = _OPENING.match(text)
    if match is None:
        return None
    start = match.end() - len(match.group().lstrip())
    if match["left"]:
        return Opening("person", start, match.end(), "X is survived by")
    own = "X's" if match["his"] or match["its"] else "X"
    if pronoun := match["his"] or match["he"]:
        she = {"His": False, "He": False, "Her": True, "She": True}.get(pronoun)
        return Opening("person", start, match.end(), own, she=she)
    return Opening("organization", start, match.end(), own, match["owner"] or match["noun"] or "")


def kin_in_passing(text: str, end: int) -> Opening | None:
    """Returns the word for whose kin the first name of a sentence is: "Ann Lee, her sister, bakes"; None without it.

    Args:
        text: The sentence.
        end: One past the last character of its first name.
    """
    match = _HER_KIN.match(text, end)
    return Opening("person", *match.span("his"), "X's") if match else None
