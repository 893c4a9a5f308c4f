"""Merges the readings of a video's text: a banner shown for a minute is one text with a time span, not sixty."""

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


@dataclass(slots=True)
class _Shown:
    """A text so far, and the scene and number of the last frame that showed it."""

    text: SceneText
    scene: int
    frame: int


def once(frames: Iterable[tuple[int, float, Sequence[TextBox]]]) -> list[SceneText]:
    """Merges what was read in the key frames of a video.

    Two readings within a scene are of one text if they are at one place and mostly equal, or exactly equal anywhere: a
    text that moves is still one text. Over a cut, a text goes on only at one place and from one key frame to the very
    next. The reading with the highest score represents them all; of equal scores the first.

    Args:
        frames: Scene, time in seconds and lines of each frame, in order of time.

    Returns:
        Each text once, in the order in which they appeared.
    """
    texts: list[_Shown] = []
    going: list[_Shown] = []
    for number, (scene, time_s, lines) in enumerate(frames):
        going = [one for one in going if one.scene == scene or one.frame == number - 1]
        for line in lines:
            known = next((one for one in going if _same(one, scene, line)), None)
            if known is None:
                known = _Shown(SceneText(line, time_s, time_s, time_s), scene, number)
                texts.append(known)
                going.append(known)
                continue
            old = known.text
            better = line.score > old.line.score
            known.text = SceneText(
                line if better else old.line, time_s if better else old.time_s, old.start_s, max(old.end_s, time_s)
            )
            known.scene, known.frame = scene, number
    return [one.text for one in texts]


def _same(one: _Shown, scene: int, line: TextBox) -> bool:
    left, right = one.text.line.text.casefold(), line.text.casefold()
    if left == right and one.scene == scene:
        return True
    if one.text.line.box.overlap(line.box) < _SAME_PLACE:
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= _ALIKE
