"""Where a stretch of a derived article was seen or heard."""

from inference.text.types import Span
from streams.messages.events import Passage, Spot
from streams.news.spots import spot_of


def passage(first: int, last: int, /, **where: object) -> Passage:
    return Passage(start=first, end=last, spot=Spot(media="m", **where))


SPOKEN = (passage(0, 10, begin=1, end=2.5), passage(11, 20, begin=2.5, end=4), passage(22, 30, begin=9, end=10))


def test_a_sentence_over_two_passages_lasts_from_the_first_to_the_last():
    assert spot_of(SPOKEN, Span(5, 15)) == Spot(media="m", begin=1, end=4)
    assert spot_of(SPOKEN, Span(22, 30)) == Spot(media="m", begin=9, end=10)
    assert spot_of(SPOKEN, Span(20, 22)) is None


def test_boxes_of_one_frame_become_one_and_of_two_frames_the_first():
    one = passage(0, 10, frame=3, box=(10, 10, 50, 20))
    below = passage(11, 20, frame=3, box=(5, 22, 40, 30))
    later = passage(11, 20, frame=7, box=(5, 22, 40, 30))
    assert spot_of((one, below), Span(0, 20)) == Spot(media="m", frame=3, box=(5, 10, 50, 30))
    assert spot_of((one, later), Span(0, 20)) == Spot(media="m", frame=3, box=(10, 10, 50, 20))
