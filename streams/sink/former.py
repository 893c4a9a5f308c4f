"""Whether a sentence speaks of somebody as a former holder: "former president X", "X, who resigned", "succeeds X".

Such a sentence states the relation and, at the same time, that it no longer holds. The rules are for English; in other
languages they find nothing, and every statement counts as one about the present.
"""

import re

from streams.messages.events import Evidence

_FORMER = r"(?:former|ex|previous|erstwhile|one-time|outgoing|deposed|ousted)"
_TITLE = r"(?:[\s-]+(?!(?:and|but|who|met|meets|said|says|told|with|to|by|that|as|for|in|at|on)\b)[^\s.;:,!?()]+){0,5}"
_BEFORE = re.compile(
    # "former Acme chief executive ", at most five words of a title; "then-president "; "will succeed "
    rf"(?:\b(?:{_FORMER}|then-\w+|the late){_TITLE}|\b(?:succeed\w*|replac\w*)(?:\s+\w+)?)[\s-]+[\"'\u201c\u2018]?$",
    re.IGNORECASE,
)
_LEFT = r"(?:resigned|stepped down|quit|was (?:ousted|sacked|dismissed|deposed|removed|fired))"
_AFTER = re.compile(
    # ", a former chief executive", " was a former …", " has resigned", ", who was ousted"
    rf"^(?:,\s+(?:\w+\s+){{0,2}}{_FORMER}\b|\s+(?:is|was)\s+an?\s+{_FORMER}\b|,?\s+(?:\w+\s+){{0,2}}{_LEFT}\b)",
    re.IGNORECASE,
)


def names_former_holder(evidence: Evidence) -> bool:
    """Returns whether the evidence's sentence speaks of its object as a former holder."""
    sentence = evidence.sentence
    begin, end = evidence.object.start - sentence.start, evidence.object.end - sentence.start
    if not 0 <= begin <= end <= len(sentence.text):
        return False
    return bool(_BEFORE.search(sentence.text[:begin]) or _AFTER.search(sentence.text[end:]))
