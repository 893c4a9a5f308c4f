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


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser makes of the samples that it was given.

    Attributes:
        segments: What is said, in order of time.
        used: Samples that are done with. What follows them is heard again, with what comes after it.
        unread_s: Seconds of speech among them that are not written down: in another language, or not understood.
    """

    segments: tuple[Segment, ...] = ()
    used: int = 0
    unread_s: float = 0.0
