"""Plain data that speech recognisers return."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech, between two pauses.

    Attributes:
        start_s: Start, in seconds from the beginning of the sound.
        end_s: End, in seconds from the beginning of the sound.
        text: What is said.
        confidence: The recogniser's confidence, 0 to 1.
    """

    start_s: float
    end_s: float
    text: str
    confidence: float
