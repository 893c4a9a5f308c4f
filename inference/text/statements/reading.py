"""The relations that the words of a sentence state beyond doubt."""

import re
from collections.abc import Iterator, Sequence

from inference.text.statements.checks import SCHOOL, opens_clause
from inference.text.statements.kin import kin_stated
from inference.text.statements.phrases import PHRASES
from inference.text.statements.phrases.parts import Phrase
from inference.text.statements.signs import Name, Signed, with_signs

LONGEST = 1200
"""Characters of the longest sentence that is read for wordings: a longer one is a list or no sentence."""

MOST_NAMES = 60
"""Most names of such a sentence."""

VERSION = "4"
"""Version of the wordings. Part of an article's revision, so that other wordings read its text anew."""


def statements(text: str, names: Sequence[Name]) -> list[tuple[int, str, int]]:
    """Returns (subject, relation id, object) of each relation that a sentence states, as numbers of its names.

    Whether it holds, held or is only planned, the words around it tell; see `inference.text.modality`.

    Args:
        text: The sentence.
        names: Its names, in reading order.
    """
    if len(names) < 2 or len(text) > LONGEST or len(names) > MOST_NAMES:  # noqa: PLR2004
        return []
    sentence = with_signs(text, names)
    found = [
        found
        for phrase in PHRASES
        for match in phrase.pattern.finditer(sentence.text)
        for found in _by(phrase, match, sentence, names)
    ]
    found += kin_stated(sentence)
    return [(one, relation, other) for one, relation, other in dict.fromkeys(found) if one != other]


def _by(
    phrase: Phrase, match: re.Match[str], sentence: Signed, names: Sequence[Name]
) -> Iterator[tuple[int, str, int]]:
    if phrase.opens and not opens_clause(sentence.text, min(match.start("s"), match.start("o"))):
        return
    for one in (sentence.names[place] for place in range(*match.span("s")) if place in sentence.names):
        for other in (sentence.names[place] for place in range(*match.span("o")) if place in sentence.names):
            if not phrase.school or SCHOOL.search(names[other].text):
                yield one, phrase.relation, other
