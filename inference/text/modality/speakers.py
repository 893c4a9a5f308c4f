"""Who a sentence says is speaking: "Ann Lee said that …", "according to the Gazette"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inference.text.types import Span

_SAYS = (
    r"(?:said|says|told|tells|announc(?:es|ed)|confirm(?:s|ed)|claim(?:s|ed)|add(?:s|ed)|wrote|writes|state[sd]|"
    r"report(?:s|ed)|insist(?:s|ed)|declare[sd]|den(?:y|ies|ied)|reject(?:s|ed)|alleg(?:es|ed)|argue[sd]|"
    r"believes?|believed)"
)
_DENIES = re.compile(r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)|refut(?:es|ed))\b")
_SAYS_AFTER = re.compile(
    rf"^(?:['\u2019]s [\w ]{{1,40}})?(?:,[^,.;\"\u201d]{{1,80}},)?\s+(?:has\s+|have\s+|had\s+|also\s+|"
    rf"later\s+)?{_SAYS}\b(?!\s+(?:no|the offer|a bid))"
)
_SAID_BEFORE = re.compile(rf"[,\"\u201d]\s+{_SAYS}\s+(?:the\s+|its\s+|his\s+)?(?:[\w.-]+\s+){{0,5}}$")
_ACCORDING = re.compile(
    r"\b(?:according to|in the words of)\s+(?:the\s+|its\s+|an?\s+)?(?:[\w.-]+\s+){0,5}$", re.IGNORECASE
)
_SPEAKERS = frozenset({"person", "organization"})
_REACH = 130


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that may be the speaker.

    Attributes:
        place: Its index among the article's mentions.
        span: Its characters in the text.
        type: Its entity type.
        name: Its canonical name.
    """

    place: int
    span: Span
    type: str
    name: str


def speaker_of(text: str, sentence: Span, candidates: Iterable[Candidate], ends: frozenset[str]) -> int | None:
    """Returns which mention is quoted as saying what a sentence states; None if nobody is.

    Neither end of the fact is its speaker, except where it denies the fact itself: "Ann Lee denied that she owns Acme".

    Args:
        text: The text.
        sentence: The sentence in it.
        candidates: The mentions of the text within that sentence, in reading order.
        ends: The canonical names of the fact's subject and object.
    """
    for one in candidates:
        if one.type not in _SPEAKERS:
            continue
        after = _SAYS_AFTER.match(text[one.span.end : min(sentence.end, one.span.end + _REACH)])
        before = text[max(sentence.start, one.span.start - _REACH) : one.span.start]
        if one.name in ends:
            if after and _DENIES.search(after.group(0)):
                return one.place
            continue
        if after or _SAID_BEFORE.search(before) or _ACCORDING.search(before):
            return one.place
    return None
