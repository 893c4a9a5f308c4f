"""A field of a document, split into sentences and windows."""

from bisect import bisect_right
from dataclasses import dataclass

from inference.text.types import Field, Span
from inference.text_extraction.windows import Window

LONGEST_EVIDENCE = 4000
"""Most characters of a relation's sentence. Every triple carries its sentence, so the triples of a longer one would
grow with its square: it is cut to the stretch around both names."""


@dataclass(frozen=True, slots=True)
class SplitField:
    """One field of one document, split into sentences and windows.

    Attributes:
        name: Which field.
        text: Its text as the model reads it, as long as the text that was sent.
        sentences: Its sentences.
        windows: Its windows.
        places: The places of its datelines, as (start, end).
    """

    name: Field
    text: str
    sentences: list[tuple[int, int]]
    windows: list[Window]
    places: frozenset[tuple[int, int]] = frozenset()

    def sentence_at(self, place: int) -> int:
        """Returns the number of the sentence that a character stands in."""
        return bisect_right(self.sentences, (place, len(self.text))) - 1

    def sentence(self, one: Span, other: Span) -> Span | None:
        """Returns the whole sentences from the first span to the last, as one span.

        Of more than `LONGEST_EVIDENCE` characters only a stretch with both spans; None if they are farther apart than
        half of that.
        """
        begin, end = min(one.start, other.start), max(one.end, other.end)
        first, last = self.sentence_at(begin), self.sentence_at(end - 1)
        start, stop = self.sentences[first][0], self.sentences[last][1]
        if stop - start <= LONGEST_EVIDENCE:
            return Span(start, stop)
        # Stretches begin at fixed places, so that what is said twice in one of them stays one piece of evidence.
        half = LONGEST_EVIDENCE // 2
        start += (begin - start) // half * half
        return Span(start, min(stop, start + LONGEST_EVIDENCE)) if end - begin <= half else None
