"""The clause that joins two names, with the names themselves replaced by signs, so that patterns can refer to them."""

import re
from dataclasses import dataclass

from inference.text.types import Span

SUBJECT, OBJECT = "\ue000", "\ue001"
"""Stand for the two names. Both are from the private use area, so no text has them by accident."""

EITHER = f"[{SUBJECT}{OBJECT}]"

REACH = 400
"""Characters examined on each side of a name; a sentence may have thousands."""

_BREAK = re.compile(
    r"[;!?\n]|(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.\s|\b(?:but|while|whereas|although|though)\b"
)
"""Where a clause ends. The dot after a single capital or a short capitalised word may belong to a name ("Mr. Lee")."""

_ASIDE = re.compile(
    r",\s+(?:who|whose|which|where)\b[^,\ue000\ue001]{1,120},|"
    r",\s+(?i:not|rather\s+than|unlike|instead\s+of)\s+[^,;:\ue000\ue001]{1,80},"
)
"""Between the names, without either of them: a relative clause, or whom it is not. It says nothing about the two."""

_ELSEWHERE = re.compile(r"[,:]\s|\b(?:where|which|who|whose)\b|\b(?:said|says|told \w+)\b(?: that)?")
"""Before the first name, whatever precedes one of these belongs to another clause."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The words around two names.

    Attributes:
        before: From the beginning of the clause to the first name, without the name.
        between: From the first name to the second, with the signs of both.
        after: From the second name to the end of the clause, without the name.
        question: Whether the sentence ends with a question mark.
        of_fiction: Whether it tells of a work of fiction and who made it or acts in it.
    """

    before: str
    between: str
    after: str
    question: bool
    of_fiction: bool = False

    @property
    def whole(self) -> str:
        """All of it."""
        return self.before + self.between + self.after

    @property
    def near_before(self) -> str:
        """What precedes the first name within its own part of the clause."""
        cuts = list(_ELSEWHERE.finditer(self.before))
        return self.before[cuts[-1].end() :] if cuts else self.before


def clause_of(text: str, subject: Span, object_: Span) -> Clause | None:
    """Returns the clause that joins two names of a text; None if they overlap.

    Args:
        text: The sentence, or the sentences from the first name to the second.
        subject: The subject's characters in it.
        object_: The object's.
    """
    (first, sign), (second, other) = sorted(
        ((subject, SUBJECT), (object_, OBJECT)), key=lambda pair: (pair[0].start, pair[0].end)
    )
    if first.end > second.start or first.start < 0 or second.end > len(text):
        return None
    before = text[max(0, first.start - REACH) : first.start]
    if cuts := list(_BREAK.finditer(before)):
        before = before[cuts[-1].end() :]
    after = text[second.end : second.end + REACH]
    end = _BREAK.search(after)
    between = text[first.end : second.start]
    if len(between) > 2 * REACH:
        between = between[:REACH] + " " + between[-REACH:]
    asked = bool(re.match(r"[^.!?\n]*\?", text[second.end : second.end + REACH]))
    between = _ASIDE.sub(" ", f"{sign}{between}{other}")
    return Clause(before, between, after[: end.start()] if end else after, asked)
