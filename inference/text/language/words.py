"""From text to words: character offsets, word pieces and a case class for each word.

Words are those of BERT's pre-tokenisation (split at white space, punctuation and CJK characters) and pieces are those
of the model's `tokenizer.json`. The encoder is uncased, so the case class of each word travels with its pieces.
"""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate, chain
from pathlib import Path
from threading import Lock

# The tokenizer's own threads would compete with the model for cores, and it disables them after a fork anyway.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from tokenizers import Encoding, Tokenizer

from inference.text.budget import at_most, charge

MAX_WORD_PIECES = 16
"""Most pieces of a word. The rest of a longer one (an address, a hash) carries no meaning and would fill a window."""

_PICTURES = re.compile(
    "[\ud800-\udfff©®™℠\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2500-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)


MOST_WORDS = 200_000
"""Most words of one text, about as many as fill a novel. The lists of so many take some 50 MB."""

_AT_ONCE = 65_536
"""Characters that are tokenised at once: what the tokenizer says of each piece takes a hundred times its size."""


class Case(IntEnum):
    """How a word is written. The values are the model's `case_ids`."""

    OTHER = 0
    LOWER = 1
    CAPITALISED = 2
    UPPER = 3
    MIXED = 4
    DIGITS = 5
    PUNCTUATION = 6
    INITIAL = 7


LONGEST_CACHED = 64
"""Characters of the longest word that is kept in a cache: caches are bounded in words, and so in bytes too."""


def case_class(word: str) -> int:
    """Returns the `Case` of a word: its letters decide, then digits, then punctuation and symbols."""
    return _cached_case(word) if len(word) <= LONGEST_CACHED else _case(word)


def _case(word: str) -> int:
    letters = "".join(c for c in word if c.isalpha())
    if not letters:
        if any(c.isdigit() for c in word):
            return Case.DIGITS
        return Case.PUNCTUATION if any(unicodedata.category(c)[0] in "PS" for c in word) else Case.OTHER
    if letters.islower():
        return Case.LOWER
    if letters.isupper():
        return Case.INITIAL if len(letters) == 1 else Case.UPPER
    if letters[0].isupper() and letters[1:].islower():
        return Case.CAPITALISED
    return Case.MIXED if letters.upper() != letters.lower() else Case.OTHER


_cached_case = lru_cache(maxsize=1 << 16)(_case)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text, in order; n words and p pieces in all.

    Attributes:
        text: The text itself.
        starts: [n] first character of each word.
        ends: [n] one past its last character; words don't overlap.
        cases: [n] `Case` of each word.
        pieces: [p] piece ids of all words end to end, without [CLS] and [SEP].
        first: [n + 1] where each word's pieces start in `pieces`; the last entry is p.
    """

    text: str
    starts: list[int]
    ends: list[int]
    cases: list[int]
    pieces: list[int]
    first: list[int]

    def __len__(self) -> int:
        """Returns the number of words."""
        return len(self.starts)


_PLAIN_TEXT = re.compile(r"[\t\n\r -~À-ÖØ-öø-ɏ–—‘’“”…]*+")  # noqa: RUF001
_PLAIN_WORD = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ɏ]+|[^\s0-9A-Za-zÀ-ÖØ-öø-ɏ]")
"""Splits like BERT's pre-tokenisation where a text has only Latin letters and common punctuation, as most news has."""

_LAST_SPACE = re.compile(r"(?s:.*)\s")
"""Up to the last white space of a stretch; `.*` alone goes back from its end."""

_KNOWN_WORDS = 1 << 18
"""Most words whose pieces are cached, about 50 MB."""


def read_tokenizer(path: Path) -> Tokenizer:
    """Reads a `tokenizer.json`. Nothing is padded or truncated, and no text can produce a special token.

    Raises:
        FileNotFoundError: There is none.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no tokenizer at {path}")
    tokenizer = Tokenizer.from_file(str(path))
    # MiniLM's file sets padding, and truncation to 128 pieces.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # A text that contains "[SEP]" must not end the window.
    tokenizer.encode_special_tokens = True
    return tokenizer


class WordTokenizer:
    """Splits texts into words and pieces; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Reads a `tokenizer.json`.

        Raises:
            FileNotFoundError: There is none.
        """
        self._tokenizer = read_tokenizer(path)
        vocabulary = self._tokenizer.get_vocab()
        self.cls_id: int = vocabulary["[CLS]"]
        self.sep_id: int = vocabulary["[SEP]"]
        self._known: dict[str, tuple[int, list[int]]] = {}
        self._lock = Lock()

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Returns the words of each text. Any string is accepted; one without visible characters has no words.

        Raises:
            TooCostlyError: A text has more than `MOST_WORDS` words, or the item's budget is spent.
        """
        charge(sum(map(len, texts)), "splitting into words")
        # A word's pieces don't depend on its neighbours, so in plain texts each word is looked up, which costs a
        # third of tokenising it again.
        plain = [_plain_words(text) if _PLAIN_TEXT.fullmatch(text) else None for text in texts]
        rest = iter(self._tokenized([text for text, matches in zip(texts, plain, strict=True) if matches is None]))
        with self._lock:
            if len(self._known) > _KNOWN_WORDS:
                self._known.clear()
            return [
                next(rest) if matches is None else self._looked_up(text, matches)
                for text, matches in zip(texts, plain, strict=True)
            ]

    def _tokenized(self, texts: Sequence[str]) -> list[Words]:
        # BERT's pre-tokenisation attaches emoji and signs to the next word, which then is unknown; lone surrogates
        # can't be encoded at all. A space is one code point too, so offsets stay valid.
        clean = [_PICTURES.sub(" ", text) for text in texts]
        short = [text for text in clean if len(text) <= _AT_ONCE]
        encodings = iter(self._tokenizer.encode_batch(short, add_special_tokens=False))
        return [
            _words(text, next(encodings)) if len(plain) <= _AT_ONCE else self._in_parts(text, plain)
            for text, plain in zip(texts, clean, strict=True)
        ]

    def _in_parts(self, text: str, clean: str) -> Words:
        """Returns the words of a long text, part by part; a part ends at white space if there is any."""
        whole = Words(text, [], [], [], [], [0])
        start = 0
        while start < len(text):
            stop = min(start + _AT_ONCE, len(text))
            if stop < len(text) and (space := _LAST_SPACE.match(clean, start, stop)):
                stop = space.end()
            (encoding,) = self._tokenizer.encode_batch([clean[start:stop]], add_special_tokens=False)
            part = _words(text[start:stop], encoding)
            whole.starts.extend(place + start for place in part.starts)
            whole.ends.extend(place + start for place in part.ends)
            whole.cases.extend(part.cases)
            whole.first.extend(place + len(whole.pieces) for place in part.first[1:])
            whole.pieces.extend(part.pieces)
            at_most(len(whole), MOST_WORDS, "words in one text")
            start = stop
        return whole

    def _looked_up(self, text: str, matches: Sequence[re.Match[str]]) -> Words:
        words = [match[0] for match in matches]
        known = self._known
        try:
            found = [known[word] for word in words]
        except KeyError:
            learnt = self._learn({word for word in words if word not in known})
            found = [known.get(word) or learnt[word] for word in words]
        return Words(
            text,
            [match.start() for match in matches],
            [match.end() for match in matches],
            [case for case, _ in found],
            list(chain.from_iterable(pieces for _, pieces in found)),
            list(accumulate((len(pieces) for _, pieces in found), initial=0)),
        )

    def _learn(self, words: set[str]) -> dict[str, tuple[int, list[int]]]:
        encodings = self._tokenizer.encode_batch([*words], add_special_tokens=False)
        learnt = {
            word: (int(case_class(word)), encoding.ids[:MAX_WORD_PIECES])
            for word, encoding in zip(words, encodings, strict=True)
        }
        self._known.update((word, found) for word, found in learnt.items() if len(word) <= LONGEST_CACHED)
        return learnt


def _plain_words(text: str) -> list[re.Match[str]]:
    if len(text) > MOST_WORDS:
        at_most(sum(1 for _ in _PLAIN_WORD.finditer(text)), MOST_WORDS, "words in one text")
    return list(_PLAIN_WORD.finditer(text))


def _words(text: str, encoding: Encoding) -> Words:
    starts: list[int] = []
    ends: list[int] = []
    pieces: list[int] = []
    first: list[int] = []
    word: int | None = None
    end = 0
    for piece, (a, b), index in zip(encoding.ids, encoding.offsets, encoding.word_ids, strict=True):
        # One character may decompose into two "words"; what shares characters with its predecessor belongs to it.
        if index != word and a >= end:
            starts.append(a)
            ends.append(b)
            first.append(len(pieces))
            pieces.append(piece)
        else:
            ends[-1] = max(end, b)
            if len(pieces) - first[-1] < MAX_WORD_PIECES:
                pieces.append(piece)
        word, end = index, ends[-1]
    if not text.isascii():
        _take_marks(text, starts, ends)
    cases = [int(case_class(text[a:b])) for a, b in zip(starts, ends, strict=True)]
    first.append(len(pieces))
    return Words(text, starts, ends, cases, pieces, first)


def _take_marks(text: str, starts: list[int], ends: list[int]) -> None:
    """Extends each word by the combining marks after it, which the tokenizer dropped."""
    for i in range(len(starts)):
        stop = starts[i + 1] if i + 1 < len(starts) else len(text)
        while ends[i] < stop and unicodedata.combining(text[ends[i]]):
            ends[i] += 1
