"""Speech: how many words the recogniser gets wrong, and how long it takes."""

import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.evaluation.distance import edits
from inference.evaluation.report import Cell, Context, Report, Table
from inference.media.child import decode
from inference.media.types import Limits
from inference.speech.choice import recognizer
from inference.speech.recognizer import RATE, Recognizer
from topology.settings import settings

KENNEDY = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
"""What is said in jfk.flac; the words are of the inaugural address of 1961, in the public domain."""

_UTTERANCE = re.compile(r"<s>\s*(.*?)\s*</s>\s*\((.+)\)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_RESAMPLES = 1000
QUICK = 3
_LIMITS = Limits(pixels=1, seconds=600, key_frames=1, side=1)


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound and what is said in it."""

    part: str
    path: Path
    words: list[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A recogniser's transcript of a clip.

    Attributes:
        clip: The clip.
        text: What it wrote down.
        errors: Words replaced, left out or put in.
        sound_s: Length of the sound.
        took_s: CPU time of this process, loading the model included.
    """

    clip: Clip
    text: str
    errors: int
    sound_s: float
    took_s: float


def evaluate(context: Context) -> Report:
    """Measures pocketsphinx, and the Whisper model of the setting `speech_model` if there is one."""
    clips = clips_of(context.need("audio"))
    clips = clips[:QUICK] if context.quick else clips
    recognizers = [recognizer(), *([recognizer(settings().speech_model)] if settings().speech_model else [])]
    heard = {f"{r.name} {r.version}": _hear(context, r, clips) for r in recognizers}
    return Report(
        title="Speech",
        about="Words wrong for each word said (word error rate: replaced, left out and put in), and the time a second "
        "of sound takes. Compared without case and punctuation; loading the model counts. The interval is the middle "
        f"95 % of {_RESAMPLES} draws of the clips, with seed {context.seed}: so few clips say little.",
        sources=("audio: LibriVox (public domain), spoken playing cards, and Kennedy's address (public domain)",),
        tables=[
            _rates({f"{name}: {part}": found for name, all_ in heard.items() for part, found in _parts(all_)}, context),
            *(_words(name, found) for name, found in heard.items()),
        ],
        notes=[
            (
                "pocketsphinx is the recogniser that needs no download, of the kind before neural networks: for "
                "finding names and topics, not for quoting. `triplewire models pull whisper-base` and "
                "TRIPLEWIRE_SPEECH_MODEL put a Whisper-class model in its place, and into this report."
            )
        ],
    )


def clips_of(audio: Path) -> list[Clip]:
    """Returns the clips of the data folder that come with what is said."""
    clips = []
    for part, transcription in (("LibriVox", "librivox/transcription"), ("playing cards", "cards/cards.transcription")):
        path = audio / "test" / transcription
        for text, name in _UTTERANCE.findall(path.read_text(encoding="utf-8")):
            clips.append(Clip(part, path.parent / f"{name}.wav", words_of(text)))
    return [*clips, Clip("Kennedy", audio / "jfk.flac", words_of(KENNEDY))]


def words_of(text: str) -> list[str]:
    """Returns the words that are compared."""
    return _WORD.findall(text.casefold())


def _hear(context: Context, using: Recognizer, clips: list[Clip]) -> list[Heard]:
    found = []
    for clip in clips:
        context.log(f"{using.name}: {clip.path.name}")
        samples = decode(clip.path, _LIMITS).sound
        if samples is None:
            continue
        begun = time.process_time()
        text = " ".join(segment.text for segment in using.recognize(samples))
        took = time.process_time() - begun
        found.append(Heard(clip, text, edits(clip.words, words_of(text)), len(samples) / RATE, took))
    return found


def _parts(heard: list[Heard]) -> list[tuple[str, list[Heard]]]:
    names = dict.fromkeys(h.clip.part for h in heard)
    return [*((name, [h for h in heard if h.clip.part == name]) for name in names), ("all", heard)]


def _rate(heard: Sequence[Heard]) -> float:
    return sum(h.errors for h in heard) / max(1, sum(len(h.clip.words) for h in heard))


def _rates(groups: dict[str, list[Heard]], context: Context) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, heard in groups.items():
        chance = random.Random(context.seed)  # noqa: S311  draws clips, guards nothing
        drawn = sorted(_rate(chance.choices(heard, k=len(heard))) for _ in range(_RESAMPLES))
        low, high = drawn[int(0.025 * _RESAMPLES)], drawn[int(0.975 * _RESAMPLES)]
        sound = sum(h.sound_s for h in heard)
        words = sum(len(h.clip.words) for h in heard)
        factor = sum(h.took_s for h in heard) / sound
        rows.append((name, _rate(heard), low, high, words, len(heard), sound, factor, 1 / factor))
    columns = (
        "clips",
        "word error rate",
        "from",
        "to",
        "words",
        "clips in all",
        "seconds",
        "real-time factor",
        "s of sound a CPU second",
    )
    return Table("Word error rate and speed", columns, rows)


def _words(name: str, heard: list[Heard]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (h.clip.path.name, len(h.clip.words), len(words_of(h.text)), h.errors) for h in heard
    ]
    return Table(f"Clip by clip: {name}", ("clip", "words said", "words written", "wrong"), rows)
