"""Windows are cut between words, every sample is heard once, and each window moves on."""

import numpy as np
import pytest

from inference.speech.listening import Listening, listen
from inference.speech.recognizer import RATE, WINDOW
from inference.speech.stretches import complete
from inference.speech.types import Heard, Segment

SILENCE = np.zeros(WINDOW, np.int16)


def seconds(*pairs):
    return [(round(start * RATE), round(end * RATE)) for start, end in pairs]


def cut(*found, last=False, window=SILENCE):
    stretches, used = complete(seconds(*found), window, last=last)
    return [(start / RATE, end / RATE) for start, end in stretches], used / RATE


def test_at_the_end_of_the_sound_everything_is_recognised():
    assert cut((1, 4), (28, 30), last=True) == ([(1, 4), (28, 30)], 30)
    assert cut(last=True) == ([], 30)


def test_speech_that_goes_on_is_left_whole_for_the_next_window():
    assert cut((1, 4), (28, 30)) == ([(1, 4)], 28)
    assert cut((5.5, 30)) == ([], 5.5)


def test_a_word_that_may_begin_at_the_end_is_heard_again():
    assert cut((1, 4)) == ([(1, 4)], 29.5)
    assert cut() == ([], 29.5)


def test_speech_without_a_pause_is_cut_where_it_is_quietest():
    chance = np.random.default_rng(1)
    window = chance.normal(0, 3000, WINDOW).astype(np.int16)
    window[24 * RATE : 24 * RATE + RATE // 4] //= 50
    window[10 * RATE : 11 * RATE] = 0
    ((start, end),), used = cut((0.2, 30), window=window)
    assert start == 0.2
    assert end == used == pytest.approx(24.125, abs=0.1)


class Repeater:
    """Hears the number in each sample that is not 0; a stretch lasts until the next 0."""

    name, version = "repeater", "1"

    def __init__(self):
        self.longest = 0

    def hear(self, window, *, last):
        self.longest = max(self.longest, len(window))
        loud = np.flatnonzero(np.diff(np.concatenate([[0], window != 0, [0]])))
        found = [(int(start), int(end)) for start, end in loud.reshape(-1, 2)]
        stretches, used = complete(found, window, last=last)
        segments = (Segment(a / RATE, b / RATE, str(window[a]), 1.0) for a, b in stretches)
        return Heard(tuple(segments), used, unread_s=0.5)


def test_a_long_sound_is_heard_once_in_windows_with_the_times_of_the_whole():
    sound = np.zeros(100 * RATE + 17, np.int16)
    said = [(3, 9, "1"), (28, 33, "2"), (58, 62, "3"), (99, 100, "4")]
    for start, end, text in said:
        sound[start * RATE : end * RATE] = int(text)
    repeater = Repeater()
    heard = listen(repeater, sound)
    assert [(s.start_s, s.end_s, s.text) for s in heard.segments] == said
    assert repeater.longest == WINDOW
    assert heard.unread_s >= 2


def test_no_sound_is_no_window_and_no_progress_is_an_error():
    assert Listening(SILENCE[:0]).window() is None
    with pytest.raises(ValueError, match="never end"):
        Listening(SILENCE).take(Heard())
