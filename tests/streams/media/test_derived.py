"""Speech and text in pictures as articles: what they say, where, and that they stay the same article."""

import numpy as np

from inference.media.perception import Seen
from inference.media.types import Frame
from inference.object_detection.types import Box, TextBox
from inference.speech.types import Segment
from streams.media.derived import retractions, shown_text, transcript
from streams.messages.carried_ids import derived_id
from streams.messages.events import MediaItem

ITEM = MediaItem(id="m", uri="https://example.org/v.mp4", source="Wire", headline="A headline")


def frame(time: float | None, scene: int = 0, scale: float = 2.0) -> Frame:
    return Frame(np.zeros((90, 160, 3), np.uint8), scale, time, scene)


def line(text: str, top: float = 10, left: float = 10, score: float = 0.9) -> TextBox:
    return TextBox(text, score, Box(left, top, left + 100, top + 10))


def test_speech_has_its_seconds_and_a_long_pause_ends_a_sentence():
    article = transcript(
        ITEM, [Segment(0.5, 2, "ann met", 0.9), Segment(2.2, 3, "bob", 0.9), Segment(6, 7, "then", 0.8)]
    )
    assert article.body == "ann met bob\n\nthen"
    assert [(article.body[p.start : p.end], p.spot.begin, p.spot.end) for p in article.passages] == [
        ("ann met", 0.5, 2),
        ("bob", 2.2, 3),
        ("then", 6, 7),
    ]
    assert (article.derived_from, article.headline, article.source) == ("m", "", "Wire")


def test_nothing_said_is_no_article():
    assert transcript(ITEM, []) is None
    assert transcript(ITEM, [Segment(0, 1, "uh", 0.1), Segment(1, 2, "  ", 0.1)]) is None
    assert shown_text(ITEM, [frame(None)], [Seen()]) is None


def test_a_banner_that_stands_is_told_once_with_its_seconds_and_its_box_in_the_original():
    frames = [frame(1), frame(3), frame(5, scene=1), frame(7, scene=1), frame(9, scene=1)]
    banner = Seen(texts=(line("Ann met Bob in Bonn"),))
    article = shown_text(ITEM, frames, [banner, banner, banner, Seen(), Seen(texts=(line("Cyd left"),))])
    assert article.body == "Ann met Bob in Bonn\n\nCyd left"
    assert [(p.spot.begin, p.spot.end, p.spot.frame, p.spot.box) for p in article.passages] == [
        (1, 5, 1, (20, 20, 220, 40)),
        (9, 9, 9, (20, 20, 220, 40)),
    ]


def test_two_lines_of_a_caption_are_one_sentence_and_another_sign_is_not():
    seen = Seen(texts=(line("Ann met"), line("Bob in Bonn", top=22), line("Exit here", top=70)))
    article = shown_text(ITEM, [frame(None)], [seen])
    assert article.body == "Ann met Bob in Bonn\n\nExit here"
    assert all(p.spot.frame is None and p.spot.begin is None for p in article.passages)


def test_another_reading_is_a_revision_of_the_same_article_and_can_be_withdrawn():
    one, other = (transcript(ITEM, [Segment(0, 1, text, 0.9)]) for text in ("ann met bob", "ann met rob"))
    assert one.id == other.id == derived_id(ITEM.id, "speech")
    assert one.revision != other.revision
    later = transcript(ITEM, [Segment(0, 1.5, "ann met bob", 0.9)])
    assert later.revision != one.revision, "where it is heard is a part of it"
    assert one.id in {article.id for article in retractions(ITEM)}
    assert {article.op for article in retractions(ITEM)} == {"retract"}


def test_characters_that_no_article_may_have_are_left_out():
    article = transcript(ITEM, [Segment(0, 1, "ann\x00 met\x1f bob", 0.9)])
    assert article.body == "ann met bob"
