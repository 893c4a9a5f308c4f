"""Speech: how many words are wrong, how long it takes, and what is written where nobody speaks English."""

import random
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inference.evaluation.distance import edits
from inference.evaluation.media.no_english import Sounds, languages, noises
from inference.evaluation.media.spoken_words import spoken_words
from inference.evaluation.report import Aim, Cell, Context, Report, Table
from inference.evaluation.timing import best_seconds
from inference.media.child import decode
from inference.media.types import Limits
from inference.speech.choice import POCKETSPHINX, default_whisper, recognizer
from inference.speech.listening import listen
from inference.speech.recognizer import RATE, Pcm, Recognizer
from inference.speech.sphinx import SphinxRecognizer
from topology.settings import settings

KENNEDY = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
"""What is said in jfk.flac; the words are of the inaugural address of 1961, in the public domain."""

_UTTERANCE = re.compile(r"<s>\s*(.*?)\s*</s>\s*\((.+)\)")
_RESAMPLES = 1000
QUICK = 3
_ROUNDS = 3
_AIMS = {"errors": 0.1, "speed": 0.2}
_LIMITS = Limits(pixels=1, seconds=600, key_frames=1, side=1)


_ABOUT = """\
Words wrong for each word said (word error rate: replaced, left out and put in), and the CPU time on one thread that a \
second of sound takes, the best of {rounds} rounds. Texts are compared as they are spoken: without case and \
punctuation, with numbers and titles as words (`10` is `ten`, `Mr.` is `mister`). Whisper's model is loaded once, \
before; pocketsphinx's for each clip. The interval is the middle 95 % of {resamples} draws of the clips, with seed \
{seed}: so few clips say little."""

_SOURCES = (
    "audio: LibriVox (public domain), spoken playing cards, and Kennedy's address (public domain)",
    (
        "audio/examples/chinese.flac; prompts of telephone exchanges from Debian's packages "
        "asterisk-core-sounds-{en,es,fr,it,ru}-wav, if they are installed (CC BY-SA 3.0, ru CC BY 3.0)"
    ),
)

_NOTE = """\
Whisper tiny.en knows English only. What it makes of another language is recognised by its improbability, its \
repetitions and its words. The limits were chosen on the clips, on English, Spanish and some French prompts and on \
sentences of espeak-ng in twelve languages; Italian and Russian prompts were not looked at before. pocketsphinx has \
no such limits: it takes everything for English."""


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
        took_s: CPU time of this process, the least of `_ROUNDS`.
    """

    clip: Clip
    text: str
    errors: int
    sound_s: float
    took_s: float


def evaluate(context: Context) -> Report:
    """Measures pocketsphinx, Whisper tiny.en if it was fetched, and the model of the setting `speech_model`."""
    audio = context.need("audio")
    clips = clips_of(audio)
    clips = clips[:QUICK] if context.quick else clips
    silent = noises(context.seed)
    spoken = [] if context.quick else list(languages(audio, context.seed))
    models = [POCKETSPHINX, *([""] if default_whisper() else []), *filter(None, [settings().speech_model])]
    recognizers = {f"{r.name} {r.version}": r for r in map(recognizer, dict.fromkeys(models))}
    heard = {name: _hear(context, r, clips) for name, r in recognizers.items()}
    best = list(heard)[-1]
    return Report(
        title="Speech",
        about=_ABOUT.format(rounds=_ROUNDS, resamples=_RESAMPLES, seed=context.seed),
        sources=_SOURCES,
        aims=[
            Aim(f"word error rate of {best}", _rate(heard[best]), _AIMS["errors"], at_most=True),
            Aim(f"real-time factor of {best}", _factor(heard[best]), _AIMS["speed"], at_most=True),
        ],
        tables=[
            _rates({f"{name}: {part}": found for name, all_ in heard.items() for part, found in _parts(all_)}, context),
            # pocketsphinx tells no language apart, so there is nothing to measure.
            *(
                _written(context, name, r, silent if isinstance(r, SphinxRecognizer) else [*silent, *spoken])
                for name, r in recognizers.items()
            ),
            *(_words(name, found) for name, found in heard.items()),
        ],
        notes=[_NOTE],
    )


def clips_of(audio: Path) -> list[Clip]:
    """Returns the clips of the data folder that come with what is said."""
    clips = []
    for part, transcription in (("LibriVox", "librivox/transcription"), ("playing cards", "cards/cards.transcription")):
        path = audio / "test" / transcription
        for text, name in _UTTERANCE.findall(path.read_text(encoding="utf-8")):
            clips.append(Clip(part, path.parent / f"{name}.wav", spoken_words(text)))
    return [*clips, Clip("Kennedy", audio / "jfk.flac", spoken_words(KENNEDY))]


def _hear(context: Context, using: Recognizer, clips: list[Clip]) -> list[Heard]:
    found = []
    for clip in clips:
        context.log(f"{using.name}: {clip.path.name}")
        samples = decode(clip.path, _LIMITS).sound
        if samples is None:
            continue
        text = _text(using, samples)
        hearing = {using.name: partial(_text, using, samples)}
        took = best_seconds(hearing, _ROUNDS, time.process_time)[using.name]
        found.append(Heard(clip, text, edits(clip.words, spoken_words(text)), len(samples) / RATE, took))
    return found


def _text(using: Recognizer, samples: Pcm) -> str:
    return " ".join(segment.text for segment in listen(using, samples).segments)


def _written(context: Context, name: str, using: Recognizer, kinds: Iterable[Sounds]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for kind in kinds:
        context.log(f"{using.name}: {kind.what}")
        texts = [_text(using, sound) for sound in kind.sounds]
        seconds = sum(len(sound) for sound in kind.sounds) / RATE
        example = next((text for text in texts if text), "")
        rows.append((kind.what, len(texts), seconds, sum(map(bool, texts)), "" if kind.english else example[:80]))
    columns = ("sound", "sounds", "seconds", "with text", "the first such text, if it is nonsense")
    return Table(f"Where nobody speaks English, and English prompts: {name}", columns, rows)


def _parts(heard: list[Heard]) -> list[tuple[str, list[Heard]]]:
    names = dict.fromkeys(h.clip.part for h in heard)
    return [*((name, [h for h in heard if h.clip.part == name]) for name in names), ("all", heard)]


def _rate(heard: Sequence[Heard]) -> float:
    return sum(h.errors for h in heard) / max(1, sum(len(h.clip.words) for h in heard))


def _factor(heard: Sequence[Heard]) -> float:
    return sum(h.took_s for h in heard) / max(1.0, sum(h.sound_s for h in heard))


def _rates(groups: dict[str, list[Heard]], context: Context) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, heard in groups.items():
        chance = random.Random(context.seed)  # noqa: S311  draws clips, guards nothing
        drawn = sorted(_rate(chance.choices(heard, k=len(heard))) for _ in range(_RESAMPLES))
        low, high = drawn[int(0.025 * _RESAMPLES)], drawn[int(0.975 * _RESAMPLES)]
        sound = sum(h.sound_s for h in heard)
        words = sum(len(h.clip.words) for h in heard)
        factor = _factor(heard)
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
        (h.clip.path.name, len(h.clip.words), len(spoken_words(h.text)), h.errors) for h in heard
    ]
    return Table(f"Clip by clip: {name}", ("clip", "words said", "words written", "wrong"), rows)
