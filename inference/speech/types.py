"""What is heard in a sound: plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech, between two pauses.

    Attributes:
        start_s: Where it begins, seconds from the sound's beginning.
        end_s: Where it ends.
        text: What is said.
        confidence: Of the recogniser, 0 to 1.
    """

    start_s: float
    end_s: float
    text: str
    confidence: float
