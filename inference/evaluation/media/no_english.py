"""Sounds in which nobody speaks English: noises that are made here, and speech in other languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from inference.media.child import decode
from inference.media.types import Limits
from inference.speech.recognizer import RATE, Pcm

PROMPTS = Path("/usr/share/asterisk/sounds")
"""Where Debian's packages asterisk-core-sounds-{en,es,fr,it,ru}-wav put their prompts (CC BY-SA 3.0; ru CC BY 3.0)."""

_LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ru": "Russian"}
_WORDLESS = {"silence", "tt-monkeys.wav"}
"""Prompts in which nobody speaks."""

_DRAWN, _LEAST_S, _BYTES_A_SECOND = 12, 2.0, 16_000
"""Prompts of a language, how many seconds each lasts at least, and how they are stored."""

_SECONDS = 5
_LIMITS = Limits(pixels=1, seconds=600, key_frames=1, side=1)


@dataclass(frozen=True, slots=True)
class Sounds:
    """Sounds of one kind, 16 kHz mono.

    Attributes:
        what: What is heard in them.
        english: Whether English is spoken.
        sounds: The samples of each.
    """

    what: str
    english: bool
    sounds: list[Pcm]


def noises(seed: int) -> list[Sounds]:
    """Returns silence and noises of five seconds each."""
    chance = np.random.default_rng(seed)
    length = _SECONDS * RATE
    seconds = np.arange(length) / RATE
    white = chance.normal(size=length)
    brown = np.cumsum(white)
    hum = sum(np.sin(2 * np.pi * 50 * n * seconds) / n for n in (1, 2, 3))
    clicks = np.where(chance.random(length) < 5 / RATE, 1.0, 0.0)
    chord = sum(np.sin(2 * np.pi * pitch * seconds) for pitch in (262, 330, 392)) * (1 + np.sin(4 * np.pi * seconds))
    found = [
        ("silence", np.zeros(length), 0),
        ("white noise, soft", white, 300),
        ("white noise, loud", white, 6000),
        ("brown noise", brown - brown.mean(), 6000),
        ("mains hum", hum, 6000),
        ("clicks", clicks, 20000),
        ("a chord, swelling", chord, 6000),
    ]
    return [Sounds(what, english=False, sounds=[_at(samples, level)]) for what, samples, level in found]


def languages(audio: Path, seed: int) -> Iterator[Sounds]:
    """Yields speech by language: the Chinese clip of the data folder and, if they are installed, Debian's prompts.

    Args:
        audio: The data folder's sounds.
        seed: Draws the prompts.
    """
    clip = decode(audio / "examples" / "chinese.flac", _LIMITS).sound
    if clip is not None:
        yield Sounds("Chinese, a clip", english=False, sounds=[clip])
    for code, language in _LANGUAGES.items():
        paths = sorted(path for path in (PROMPTS / code).rglob("*.wav") if not _WORDLESS & set(path.parts))
        long = [path for path in paths if path.stat().st_size > _LEAST_S * _BYTES_A_SECOND]
        Random(seed).shuffle(long)  # noqa: S311  draws clips, guards nothing
        read = [sound for path in long[:_DRAWN] if (sound := decode(path, _LIMITS).sound) is not None]
        if read:
            yield Sounds(f"{language}, prompts", english=code == "en", sounds=read)


def _at(samples: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", level: float) -> Pcm:
    loudest = float(np.abs(samples).max()) or 1.0
    return (samples / loudest * level).astype(np.int16)
