"""The default recogniser: no words where nobody speaks, the same words each time, and times that fit."""

import wave

import numpy as np
import pytest

from inference.speech.choice import recognizer
from inference.speech.recognizer import RATE, RecognizerMissingError
from topology.settings import settings


@pytest.fixture(scope="module")
def sphinx():
    return recognizer()


@pytest.fixture(scope="module")
def clip():
    """Somebody reads 'ten of clubs'."""
    path = settings().data / "audio" / "test" / "cards" / "001.wav"
    if not path.exists():
        pytest.skip("needs the data folder")
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


@pytest.mark.parametrize("silence", [np.zeros(0, np.int16), np.zeros(RATE, np.int16)])
def test_nobody_speaking_is_no_text(sphinx, silence):
    assert sphinx.recognize(silence) == []
    assert sphinx.name == "pocketsphinx-en-us"
    assert sphinx.version


def test_speech_is_placed_in_time_and_read_alike_each_time(sphinx, clip):
    pause = np.zeros(RATE * 2, np.int16)
    alone = sphinx.recognize(clip)
    twice = sphinx.recognize(np.concatenate([clip, pause, clip]))
    assert alone
    assert "clubs" in alone[0].text
    assert [s.text for s in twice[: len(alone)]] == [s.text for s in alone]
    assert any(s.start_s >= (len(clip) + len(pause)) / RATE - 0.5 for s in twice)
    assert sphinx.recognize(clip) == alone, "what was heard before changes nothing"
    for segment in twice:
        assert 0 <= segment.start_s < segment.end_s <= (2 * len(clip) + len(pause)) / RATE
        assert 0 <= segment.confidence <= 1


def test_a_whisper_model_that_is_not_there_says_what_is_missing(tmp_path):
    with pytest.raises(RecognizerMissingError, match=r"lacks model\.bin"):
        recognizer(str(tmp_path))
