"""Where a caption says that people stand: "From left: Ada Berg and Carl Lind", "Ada Berg (left) and Carl Lind".

From the viewer's side. Only captions that place everybody whom they name count; words for places that are not
understood ("second row", "far left") leave a doubt.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from inference.text.types import Span

PLACE_WORDS = re.compile(
    r"\b(?:left|right|cent(?:er|re)|front|row|back|middle|clockwise|second|third|l-r|pictured with|others?)\b",
    re.IGNORECASE,
)
"""Words that distinguish several people in a picture."""

_MORE = re.compile(
    r"\b(?:others?|another|colleagues?|along|plus|behind|team|crowd|students?|guests?|members?)\b", re.IGNORECASE
)
"""Words for people who are not named."""

_RUN = (
    r"(?:from (?:the )?(?P<from>left|right)(?: to (?:the )?(?:left|right))?"
    r"|(?P<to>left|right) to (?:left|right)|l[ -](?:to[ -])?r)"
)
_POSE = r"(?:(?:pictured|shown|seen|standing|seated|sitting|posing),? )?"
_RUN_BEFORE = re.compile(rf"(?P<lead>(?:.*?[,:;.] )?)\(?{_POSE}{_RUN}\)?[:,]? (?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_RUN_AFTER = re.compile(rf",? \(?{_POSE}{_RUN}\)?(?=[.,;:]|\s|$)", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:,? and|,? &|,|;) (?P<rest>.*)", re.DOTALL)
_AT = r"(?:pictured |seated |standing |seen )?(?:at |on |in )?(?:the )?"
_SIDE = r"left|right|cent(?:er|re)|middle"
_PLACE = re.compile(rf"(?:,? \({_AT}(?P<a>{_SIDE})\)|, {_AT}(?P<b>{_SIDE})(?=[,.;]|$))", re.IGNORECASE)
_JOINED = re.compile(r"(?:,? and|,? with|,) (?P<rest>.*)", re.DOTALL)
_OWNER = re.compile(r"['’]s?\b")  # noqa: RUF001

_SIDES = {"left": 0, "right": 2}
_MIDDLE = 1

Opens = Callable[[str], bool]
"""Whether what stands before a name may stand there: nothing, or a title."""


def in_order(caption: str, names: Sequence[Span], opens: Opens) -> tuple[int, list[int]] | None:
    """Returns how many people there are, and which of them, from the left, each name is; None if there is a doubt.

    Args:
        caption: The caption.
        names: The mentions of different people, in reading order.
        opens: Whether a text may precede a name.
    """
    if not names or any(_OWNER.match(caption, name.end) for name in names):
        return None
    return _listed(caption, names, opens) or _each_placed(caption, names, opens)


def _listed(caption: str, names: Sequence[Span], opens: Opens) -> tuple[int, list[int]] | None:
    """Reads a list of names that the caption says is in order."""
    head, last = caption[: names[0].start], names[-1].end
    before, after = _RUN_BEFORE.fullmatch(head), _RUN_AFTER.match(caption, last)
    run = before or after
    if run is None or (before and after) or not opens(before["rest"] if before else head):
        return None
    # A capital within the words before the list may begin a name that nobody gave us.
    lead = before["lead"] if before else ""
    if lead[1:] != lead[1:].lower() or PLACE_WORDS.search(lead):
        return None
    for one, other in pairwise(names):
        between = _BETWEEN.fullmatch(caption[one.end : other.start])
        if between is None or not opens(between["rest"]):
            return None
    rest = caption[after.end() if after else last :]
    if re.match(r",? (?:and|with|or|by|&)\b", rest) or PLACE_WORDS.search(rest) or _MORE.search(caption):
        return None
    count = len(names)
    if count < 2:  # noqa: PLR2004  a list has two or more
        return None
    backwards = "right" in {(run["from"] or "").lower(), (run["to"] or "").lower()}
    return count, [count - 1 - n if backwards else n for n in range(count)]


def _each_placed(caption: str, names: Sequence[Span], opens: Opens) -> tuple[int, list[int]] | None:
    """Reads the place after each name; one of several may be without, and takes the place that is left over."""
    if not opens(caption[: names[0].start]) or len(names) > len(_SIDES) + 1 or _MORE.search(caption):
        return None
    found = [_PLACE.match(caption, name.end) for name in names]
    sides = [_side(match) for match in found]
    known = [side for side in sides if side is not None]
    if not known or len(set(known)) < len(known) or len(names) - len(known) > 1:
        return None
    rest = "".join(c for n, c in enumerate(caption) if not any(m and m.start() <= n < m.end() for m in found))
    if PLACE_WORDS.search(rest):
        return None
    middle = _MIDDLE in known or len(names) > len(_SIDES)
    free = [side for side in ((0, _MIDDLE, 2) if middle else (0, 2)) if side not in known]
    for number, side in enumerate(sides):
        if side is None:
            # Who is only talked about is not in the picture: "and" or "with" must join the two names.
            one, other = (number - 1, number) if number else (0, 1)
            placed = found[one]
            start = placed.end() if placed else names[one].end
            joined = _JOINED.fullmatch(caption[start : names[other].start]) if len(names) > 1 else None
            if len(free) != 1 or joined is None or not opens(joined["rest"]):
                return None
            sides[number] = free[0]
    return (3, [s for s in sides if s is not None]) if middle else (2, [s // 2 for s in sides if s is not None])


def _side(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    return _SIDES.get((match["a"] or match["b"]).lower(), _MIDDLE)
