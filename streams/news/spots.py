"""Where in a video, sound or picture a stretch of a derived article was heard or seen."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from inference.text.budget import charge
from inference.text.types import Span
from streams.messages.events import Passage, Spot


class Spots:
    """Finds the spots of a derived article's passages, without looking at all of them for each stretch of text."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Takes the article's passages, in any order."""
        self._order = sorted(range(len(passages)), key=lambda i: passages[i].start)
        self._passages = passages
        self._starts = [passages[i].start for i in self._order]
        # The farthest end so far: before the first that reaches into a stretch, no passage touches it.
        self._ends = list(accumulate((passages[i].end for i in self._order), max))

    def of(self, where: Span) -> Spot | None:
        """Returns the spot of a stretch of the body; see `spot_of`.

        Raises:
            TooCostlyError: The item's budget is spent.
        """
        first, last = bisect_right(self._ends, where.start), bisect_left(self._starts, where.end)
        if first >= last:
            return None
        charge(last - first, "finding where a sentence was heard or seen")
        return spot_of([self._passages[i] for i in sorted(self._order[first:last])], where)


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
