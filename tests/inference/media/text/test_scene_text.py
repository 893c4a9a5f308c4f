"""A text that stands for a scene is one text, however often and however well it was read."""

from inference.media.text.scene_text import once
from inference.object_detection.types import Box, TextBox


def line(text, score=0.9, left=10.0, top=10.0):
    return TextBox(text, score, Box(left, top, left + 200, top + 20))


def in_a_scene(frames):
    return once((0, time_s, lines) for time_s, lines in frames)


def test_a_banner_is_one_text_with_its_span_and_its_surest_reading():
    frames = [(0.0, [line("BREAKING NEVS", 0.7)]), (2.0, [line("BREAKING NEWS", 0.95)]), (4.0, [line("BREAKING NEWS")])]
    (text,) = in_a_scene(frames)
    assert (text.line.text, text.time_s, text.start_s, text.end_s) == ("BREAKING NEWS", 2.0, 0.0, 4.0)


def test_what_replaces_it_at_the_same_place_is_another_text():
    texts = in_a_scene([(0.0, [line("Storm hits the coast")]), (2.0, [line("Parliament votes today")])])
    assert [t.line.text for t in texts] == ["Storm hits the coast", "Parliament votes today"]


def test_a_text_that_moves_is_one_text():
    texts = in_a_scene([(t, [line("LIVE", left=10.0 + 90 * t)]) for t in range(4)])
    assert [(t.start_s, t.end_s) for t in texts] == [(0, 3)]


def test_like_texts_at_two_places_are_two():
    texts = in_a_scene([(0.0, [line("Gate A12"), line("Gate A13", top=200.0)])])
    assert [t.line.text for t in texts] == ["Gate A12", "Gate A13"]


def test_order_and_ties_decide_nothing_by_chance():
    frames = [
        (0.0, [line("One", 0.8), line("Two", 0.8, top=100.0)]),
        (1.0, [line("Two", 0.8, top=100.0), line("One", 0.8)]),
    ]
    texts = in_a_scene(frames)
    assert [(t.line.text, t.time_s, t.end_s) for t in texts] == [("One", 0.0, 1.0), ("Two", 0.0, 1.0)]


def test_a_caption_on_ten_key_frames_over_three_cuts_is_one_text_with_its_first_and_last_second():
    (text,) = once((n // 3, 2.0 * n, [line("Ann Berg, minister")]) for n in range(10))
    assert (text.line.text, text.start_s, text.end_s) == ("Ann Berg, minister", 0, 18)


def test_after_a_cut_only_what_still_stands_there_goes_on():
    def lines(left):
        return [line("Ann Berg, minister", left=left)]

    moved = once([(0, 0.0, lines(10)), (1, 2.0, lines(400))])
    assert [(t.start_s, t.end_s) for t in moved] == [(0, 0), (2, 2)]
    gone = once([(0, 0.0, lines(10)), (1, 2.0, []), (1, 4.0, lines(10))])
    assert [(t.start_s, t.end_s) for t in gone] == [(0, 0), (4, 4)]
    back = once([(0, 0.0, lines(10)), (0, 2.0, []), (0, 4.0, lines(10))])
    assert [(t.start_s, t.end_s) for t in back] == [(0, 4)]
