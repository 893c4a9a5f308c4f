"""Chooses the speech recogniser that the settings ask for."""

from pathlib import Path

from inference.speech.recognizer import Recognizer


def recognizer(model: str = "") -> Recognizer:
    """Returns the recogniser of the setting `speech_model`.

    Args:
        model: Empty for pocketsphinx with its own English model, or the folder of a Whisper model in CTranslate2's
            format (`model.bin`, `config.json`, `tokenizer.json`), which needs the extra `whisper`.

    Raises:
        RecognizerMissingError: It cannot be loaded.
    """
    # Imported here, as each needs packages that the other does not.
    if not model:
        from inference.speech.sphinx import SphinxRecognizer  # noqa: PLC0415

        return SphinxRecognizer()
    from inference.speech.whisper import WhisperRecognizer  # noqa: PLC0415

    return WhisperRecognizer(Path(model))
