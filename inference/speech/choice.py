"""Chooses the speech recogniser that the settings ask for."""

from importlib.util import find_spec
from pathlib import Path

from inference.speech.recognizer import Recognizer

WEIGHTS = Path(__file__).parent / "weights"
"""Where `triplewire models build whisper` puts the default recogniser's weights."""

POCKETSPHINX = "pocketsphinx"
"""The value of the setting that asks for it even if there are weights."""


def recognizer(model: str = "", weights: Path = WEIGHTS) -> Recognizer:
    """Returns the recogniser of the setting `speech_model`.

    Args:
        model: Empty for Whisper tiny.en, if its weights and the extra `whisper` are there, and pocketsphinx otherwise;
            `pocketsphinx`; or the folder of a Whisper model in CTranslate2's format (`model.bin`, `config.json`,
            `tokenizer.json`).
        weights: The folder of the default weights.

    Raises:
        RecognizerMissingError: It cannot be loaded.
    """
    # Imported here, as each needs packages that the other does not.
    if model == POCKETSPHINX or not (model or default_whisper(weights)):
        from inference.speech.sphinx import SphinxRecognizer  # noqa: PLC0415

        return SphinxRecognizer()
    from inference.speech.whisper import WhisperRecognizer  # noqa: PLC0415

    return WhisperRecognizer(Path(model)) if model else WhisperRecognizer(weights, device="cpu")


def default_whisper(weights: Path = WEIGHTS) -> bool:
    """Returns whether the default weights were fetched, and can be used."""
    from inference.speech.whisper import DESCRIPTION  # noqa: PLC0415

    there = all((weights / name).is_file() for name in (DESCRIPTION, "model.bin"))
    return there and find_spec("faster_whisper") is not None
