"""Whether a sentence reports that an office changes hands, and not only who holds it."""

import re

from inference.text.modality.clause import EITHER, clause_of
from inference.text.modality.reading import ends
from inference.text.types import Span

_BEGINS = re.compile(
    r"\b(?:appoint(?:s|ed|ing|ment)|nam(?:es|ed|ing)|elect(?:s|ed|ing)|re-?elected|sworn in|swears? in|"
    r"swore in|inaugurat\w+|"
    r"tak(?:es|en|ing) over|took over|tak(?:es|ing) office|took office|succeed(?:s|ed|ing)|successor|"
    r"replac(?:es|ed|ing)|"
    r"becom(?:es|ing)|became|hire[sd]|promot(?:es|ed)|install(?:s|ed)|assum(?:es|ed)|chosen|picks?|picked|crowned|"
    r"acced\w+|wins|won|new|newly|moved? (?:its|to)|relocat\w+)\b"
)
_WHOSE_OWN = re.compile(
    rf"\b(?:succeed(?:s|ed|ing)|replac(?:es|ed|ing)|(?:takes|took|taking) over from|successor (?:to|"
    rf"of))\s+(?:[\w-]+\s+){{0,6}}{EITHER}"
)


def announces_change(text: str, subject: Span, object_: Span) -> bool:
    """Returns whether the clause that joins two names reports that the fact between them begins.

    Args:
        text: The sentence.
        subject: The subject's characters in it.
        object_: The object's.
    """
    clause = clause_of(text, subject, object_)
    if clause is None:
        return False
    words = clause.near_before[-80:] + clause.between + clause.after[:60]
    return bool(_BEGINS.search(words)) and not _WHOSE_OWN.search(words)


def announces_end(text: str, subject: Span, object_: Span) -> bool:
    """Returns whether the clause that joins two names reports that the fact between them ends: "resigned on Monday".

    "The former chief" only says that it is over.

    Args:
        text: The sentence.
        subject: The subject's characters in it.
        object_: The object's.
    """
    clause = clause_of(text, subject, object_)
    return clause is not None and ends(clause.whole)
