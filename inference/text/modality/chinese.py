"""The modality of a link between two names of a Chinese sentence, from the words around them.

Careful on purpose, as `reading` is for English: a cue counts in the clause that joins the names, in its place there.
What no cue marks is asserted. The cues are in simplified characters.
"""

import re
from dataclasses import dataclass
from typing import Literal

from inference.text.modality import chinese_words as words
from inference.text.types import Span

Modality = Literal["asserted", "past", "planned", "possible", "denied"]

REACH = 200
"""Characters examined before, between and after the names: a sentence may have thousands."""

_NEAR = 40
"""Characters before the first name, or after the second, in which a cue can still be said of the link."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words around two names, within their clause; `words.NAME` stands for the names.

    Attributes:
        before: Up to the first name.
        near: From the first name to the second, without what is said of something else. Two names side by side are
            followed by their verb, so what comes next is near, too.
        after: From the second name on.
    """

    before: str
    near: str
    after: str

    @property
    def lead(self) -> str:
        """What leads up to the first name, within the part of the clause that has it."""
        return words.COMMA.split(self.before)[-1][-_NEAR:]

    def near_has(self, cue: re.Pattern[str]) -> bool:
        """Returns whether a cue stands near; what it needs after it may follow the second name."""
        return _starts_in(cue, self.near, self.after[:_NEAR])

    def lead_has(self, cue: re.Pattern[str]) -> bool:
        """Returns whether a cue leads up to the first name."""
        return _starts_in(cue, self.lead, self.near + self.after[:_NEAR])


def _starts_in(cue: re.Pattern[str], start: str, rest: str) -> bool:
    return any(match.start() < len(start) for match in cue.finditer(start + rest))


def modality_of(text: str, subject: Span, object_: Span) -> Modality:
    """Returns the modality of a relation between two names of a Chinese sentence.

    Args:
        text: The sentence, in simplified characters.
        subject: The subject's characters in it.
        object_: The object's.
    """
    begin, end = sorted((subject, object_), key=lambda span: span.start)
    between = text[begin.end : end.start]
    if len(between) > REACH or words.BREAK.search(between):
        return "asserted"
    clause = _clause(text[max(0, begin.start - REACH) : begin.start], between, text[end.end : end.end + REACH])
    if _denied(clause):
        return "denied"
    if _past(clause):
        return "past"
    if _possible(clause):
        return "possible"
    return "planned" if _planned(clause) else "asserted"


def _clause(before: str, between: str, after: str) -> _Clause:
    after = words.BREAK.split(after, maxsplit=1)[0]
    near = words.NAME + words.ASIDE.sub("", words.NO_DENIAL.sub(words.MAYBE, between)) + words.NAME
    if words.SIDE_BY_SIDE.fullmatch(near):
        near += words.COMMA.split(after, maxsplit=1)[0]
        after = after[len(near) - len(between) - 2 :]
    return _Clause(words.NO_DENIAL.sub(words.MAYBE, words.BREAK.split(before)[-1]), near, after)


def _denied(clause: _Clause) -> bool:
    if words.FELL_THROUGH.match(clause.after) or clause.near_has(words.FELL_APART):
        return not _bond(clause)
    if clause.lead_has(words.DENIED) or clause.near_has(words.DENIED):
        return True
    return (clause.lead_has(words.STOPPED) or clause.near_has(words.STOPPED)) and not _bond(clause)


def _past(clause: _Clause) -> bool:
    if words.HELD_ONCE.search(clause.near) or words.FORMER_AFTER.match(clause.after):
        return True
    if clause.near_has(words.PLANNED) or clause.near_has(words.POSSIBLE):
        return False
    stopped = clause.near_has(words.STOPPED) or clause.near_has(words.FELL_APART)
    if _bond(clause) and (stopped or words.FELL_THROUGH.match(clause.after)):
        return True
    # "甲出售乙" ends that 甲 has 乙.
    return bool(words.SOLD.search(clause.near)) and not _received(clause)


def _possible(clause: _Clause) -> bool:
    if _keeps(clause):
        return False
    if words.ASKED.search(clause.after) or clause.near_has(words.POSSIBLE) or clause.lead_has(words.IF_BEFORE):
        return True
    return bool(words.RUMOURED.search(clause.before[-_NEAR:]) or words.POSSIBLE_AFTER.match(clause.after))


def _planned(clause: _Clause) -> bool:
    if _keeps(clause):
        return False
    if _received(clause) and clause.lead_has(words.PLANNED):
        return True
    return clause.near_has(words.PLANNED) or bool(words.PLANNED_AFTER.match(clause.after))


def _bond(clause: _Clause) -> bool:
    """Returns whether the link is a bond that lasts, so that it can end; an end of anything else never came to be."""
    return bool(words.BOND.search(clause.near + clause.after[:_NEAR]))


def _keeps(clause: _Clause) -> bool:
    """Returns whether only the end of the link is planned, so that it still holds."""
    return bool(words.SOLD.search(clause.near)) and not _received(clause)


def _received(clause: _Clause) -> bool:
    """Returns whether one of the names gets something from somebody else, rather than giving it away."""
    return bool(words.TO_BEFORE.search(clause.lead) or words.TO_BETWEEN.search(clause.near))
