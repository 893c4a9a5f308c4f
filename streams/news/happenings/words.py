"""The content words of a sentence, by which the wordings of two reports of one happening are compared."""

import re
import unicodedata

from inference.text.budget import charge
from inference.text.cleaning.markup import without_markup
from inference.text.keywords.terms import MAX_TERM, singular
from inference.text.language.stopwords import STOP_WORDS
from streams.messages.happening_events import MOST_WORDS

AROUND = 500
"""Characters on each side of the trigger in which words are looked for. A sentence of news is shorter."""

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")  # noqa: RUF001
_POSSESSIVE = re.compile(r"['’]s?$")  # noqa: RUF001


def content_words(text: str, start: int, end: int, around: int) -> tuple[str, ...]:
    """Returns the content words of a sentence in lower case and in its order, each once, `MOST_WORDS` at most.

    Without stop words and numbers, which differ most between reports; in the singular and without diacritics.

    Args:
        text: The text.
        start: First character of the sentence.
        end: One past its last.
        around: A character of it; of a long sentence only `AROUND` characters on each side of this one are read.
    """
    sentence = without_markup(text[max(start, around - AROUND) : min(end, around + AROUND)])
    charge(len(sentence), "reading the words of a happening")
    found = dict.fromkeys(_folded(match.group()) for match in _WORD.finditer(sentence))
    return tuple(word for word in found if word)[:MOST_WORDS]


def _folded(word: str) -> str:
    """Returns a word in the form that is compared; "" if it says nothing."""
    lower = _POSSESSIVE.sub("", word.lower())
    if len(lower) > MAX_TERM or lower in STOP_WORDS or not any(c.isalpha() for c in lower):
        return ""
    if lower.isascii():
        return singular(lower)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return singular(bare)[:MAX_TERM]
