"""Merges the readings of a scene's text: a banner shown for a minute is one text with a time span, not sixty."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from inference.object_detection.types import TextBox

_ALIKE = 0.8
"""Least share of equal characters of two readings of one text: letters are misread from frame to frame."""

_SAME_PLACE = 0.3
"""Least intersection over union of the boxes of two readings at one place."""


@dataclass(frozen=True, slots=True)
class SceneText:
    """A line of text and when it was visible; times in seconds from the beginning of the video.

    Attributes:
        line: The reading with the highest score, with the box of its frame.
        time_s: Time of that frame.
        start_s: Time of the first frame that shows it.
        end_s: Time of the last frame that shows it.
    """

    line: TextBox
    time_s: float
    start_s: float
    end_s: float


def once_per_scene(frames: Iterable[tuple[float, Sequence[TextBox]]]) -> list[SceneText]:
    """Merges what was read in the key frames of one scene.

    Two readings are of one text if they are at one place and mostly equal, or exactly equal anywhere: a text that moves
    is still one text. The reading with the highest score represents them all; of equal scores the first.

    Args:
        frames: Time in seconds and lines of each frame, in order of time.

    Returns:
        Each text once, in the order in which they appeared.
    """
    texts: list[SceneText] = []
    for time_s, lines in frames:
        for line in lines:
            known = next((i for i, text in enumerate(texts) if _same(text.line, line)), None)
            if known is None:
                texts.append(SceneText(line, time_s, time_s, time_s))
                continue
            old = texts[known]
            better = line.score > old.line.score
            texts[known] = SceneText(
                line if better else old.line, time_s if better else old.time_s, old.start_s, max(old.end_s, time_s)
            )
    return texts


def _same(one: TextBox, other: TextBox) -> bool:
    left, right = one.text.casefold(), other.text.casefold()
    if left == right:
        return True
    if one.box.overlap(other.box) < _SAME_PLACE:
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= _ALIKE
