"""Where in a video, sound or picture a stretch of a derived article was heard or seen."""

from collections.abc import Sequence

from inference.text.types import Span
from streams.messages.events import Passage, Spot


def spot_of(passages: Sequence[Passage], where: Span) -> Spot | None:
    """Returns the spot of a stretch of a derived article's body: all passages it touches, as one.

    The time runs from the first begin to the last end. The box is the smallest around all boxes if they lie in one
    frame. Otherwise it is the first passage's, because a rectangle across two frames shows nothing.

    Args:
        passages: The article's passages.
        where: Characters of its body.
    """
    spots = [p.spot for p in passages if p.start < where.end and p.end > where.start]
    if not spots:
        return None
    first = spots[0]
    begins = [spot.begin for spot in spots if spot.begin is not None]
    ends = [spot.end for spot in spots if spot.end is not None]
    boxes = [spot.box for spot in spots if spot.box is not None and spot.frame == first.frame]
    in_one_frame = len(boxes) == len(spots)
    box = (
        (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        if boxes and in_one_frame
        else first.box
    )
    return first.model_copy(update={"begin": min(begins, default=None), "end": max(ends, default=None), "box": box})
