"""The worker's ears: a sound goes to a process of its own in windows, each of which is a task."""

import numpy as np
import pytest

from inference.media.senses import Senses
from inference.speech.recognizer import RATE
from topology.settings import settings


@pytest.fixture
async def senses(monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_SPEECH_MODEL", "pocketsphinx")
    settings.cache_clear()
    senses = Senses()
    yield senses
    await senses.close()
    settings.cache_clear()


async def test_no_task_is_longer_than_half_a_minute_and_all_of_the_sound_is_heard(senses):
    assert senses.listener.startswith("pocketsphinx-en-us ")
    process = senses._speech_process
    before = process._process.asked
    tasks = []
    ask = process.ask

    async def noted(work, *arguments):
        tasks.append((len(arguments[1]) / RATE, arguments[2]))
        return await ask(work, *arguments)

    process.ask = noted
    assert await senses.hear(np.zeros(70 * RATE, np.int16)) == []
    assert tasks == [(30, False), (30, False), (11, True)]
    assert process._process.asked == before + 3
