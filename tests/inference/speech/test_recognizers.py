"""Both recognisers: no words where nobody speaks, the same words each time, and times that fit."""

import subprocess
import sys

import numpy as np
import pytest

from inference.evaluation.media.no_english import noises
from inference.media.helpers import Helper
from inference.speech.choice import POCKETSPHINX, WEIGHTS, default_whisper, recognizer
from inference.speech.listening import listen
from inference.speech.recognizer import RATE, WINDOW, RecognizerMissingError
from topology.settings import settings

FETCHED = pytest.mark.skipif(not default_whisper(), reason="needs `make speech`")
PAUSE = np.zeros(RATE * 2, np.int16)


@pytest.fixture(scope="module", params=[POCKETSPHINX, pytest.param("", id="whisper", marks=FETCHED)])
def listener(request):
    return recognizer(request.param)


def read(*parts):
    path = settings().data.joinpath("audio", *parts)
    if not path.exists():
        pytest.skip("needs the data folder")
    from inference.media.child import decode  # noqa: PLC0415
    from inference.media.types import Limits  # noqa: PLC0415

    return decode(path, Limits(pixels=1, seconds=60, key_frames=1, side=1)).sound


@pytest.fixture(scope="module")
def clip():
    """Somebody reads 'seven of clubs'."""
    return read("test", "cards", "003.wav")


@pytest.mark.parametrize("kind", noises(0), ids=lambda kind: kind.what)
def test_where_nobody_speaks_nothing_is_written(listener, kind):
    (sound,) = kind.sounds
    assert listen(listener, sound).segments == []
    assert listen(listener, sound[:0]).segments == []


def test_speech_is_placed_in_time_and_read_alike_each_time(listener, clip):
    alone = listen(listener, clip).segments
    assert "seven of clubs" in alone[0].text.lower().replace("7", "seven")
    assert listen(listener, clip).segments == alone, "what was heard before changes nothing"
    late = np.zeros(RATE * 27, np.int16)
    segments = listen(listener, np.concatenate([clip, late, clip, PAUSE])).segments
    again = (len(clip) + len(late)) / RATE
    assert "clubs" in segments[0].text
    assert segments[0].end_s <= len(clip) / RATE + 0.5
    assert any("clubs" in s.text and s.start_s >= again - 0.5 for s in segments), "it is not cut by the window's end"
    for segment in segments:
        assert 0 <= segment.start_s < segment.end_s <= again + len(clip) / RATE + 0.5
        assert 0 < segment.confidence <= 1


@FETCHED
async def test_whisper_fits_into_the_memory_of_its_process():
    names = [f"sense_and_sensibility_01_austen_64kb-{n:04}.wav" for n in (870, 880, 890, 920, 930, 930)]
    half_a_minute = np.concatenate([read("test", "librivox", name) for name in names])[:WINDOW]
    helper = Helper(settings().media_recognition_memory * 1024 * 1024, settings().media_recognition_within)
    try:
        text = await helper.ask(hear, half_a_minute)
    finally:
        helper.close()
    assert len(text.split()) > 60


def hear(sound):
    """Runs in the process."""
    return " ".join(segment.text for segment in recognizer().hear(sound, last=True).segments)


@FETCHED
def test_another_language_is_not_written_as_english():
    whisper = recognizer()
    chinese = listen(whisper, read("examples", "chinese.flac"))
    assert chinese.segments == []
    assert chinese.unread_s > 0.5
    english = listen(whisper, read("test", "librivox", "sense_and_sensibility_01_austen_64kb-0930.wav"))
    assert "amiable" in english.segments[0].text
    assert english.unread_s == 0


def test_without_weights_or_if_it_is_asked_for_pocketsphinx_recognises(tmp_path):
    assert recognizer("", tmp_path).name == "pocketsphinx-en-us"
    assert recognizer(POCKETSPHINX, WEIGHTS).name == "pocketsphinx-en-us"


@FETCHED
def test_with_weights_it_is_whisper_and_the_evidence_names_them():
    whisper = recognizer()
    assert (whisper.name, whisper.version) == ("whisper-tiny.en", "1a5afae06a4d")


def test_a_whisper_model_that_is_not_there_or_none_says_so(tmp_path):
    with pytest.raises(RecognizerMissingError, match=r"lacks model\.bin"):
        recognizer(str(tmp_path))
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(RecognizerMissingError, match="cannot be loaded"):
        recognizer(str(tmp_path))


def test_their_packages_are_imported_only_when_something_is_recognised():
    code = (
        "import sys, inference.media.senses, inference.speech.sphinx, inference.speech.whisper\n"
        "print({'faster_whisper', 'ctranslate2', 'pocketsphinx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"
