"""Leads a recogniser through a sound, window by window, so that it holds half a minute at most."""

from inference.speech.recognizer import RATE, WINDOW, Pcm, Recognizer
from inference.speech.types import Heard, Segment


class Listening:
    """How far a sound has been heard, and what was said until there.

    Attributes:
        segments: What was said, in order of time.
        unread_s: Seconds of speech that were not written down.
    """

    def __init__(self, sound: Pcm) -> None:
        """Begins at the sound's first sample."""
        self._sound = sound
        self._start = 0
        self.segments: list[Segment] = []
        self.unread_s = 0.0

    def window(self) -> tuple[Pcm, bool] | None:
        """Returns the samples to hear next and whether they are the last ones; None when all has been heard."""
        window = self._sound[self._start : self._start + WINDOW]
        return (window, self._start + len(window) == len(self._sound)) if len(window) else None

    def take(self, heard: Heard) -> None:
        """Takes what was heard in the window, and goes on behind what is done with."""
        at = self._start / RATE
        self.segments += [Segment(at + s.start_s, at + s.end_s, s.text, s.confidence) for s in heard.segments]
        self.unread_s += heard.unread_s
        if heard.used <= 0:
            raise ValueError("a recogniser that uses no sample would never end")
        self._start += heard.used


def listen(recognizer: Recognizer, sound: Pcm) -> Listening:
    """Hears a whole sound in this process."""
    listening = Listening(sound)
    while following := listening.window():
        window, last = following
        listening.take(recognizer.hear(window, last=last))
    return listening
