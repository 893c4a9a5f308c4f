"""Fuzzes one target, or all in turn: `python -m tests.fuzz.run TARGET SECONDS`. See README.md."""

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

FINDS = Path(__file__).parent / "finds"
LARGEST = 200_000
"""Most bytes of an input."""


def main() -> int:
    """Runs as the command line asks; returns 1 if something was found."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("target", help="the name of a target, or `all`")
    arguments.add_argument("seconds", type=float, help="how long, for each target")
    arguments.add_argument("--finds", type=Path, default=FINDS, help="the folder that finds are written to")
    arguments.add_argument("--seed", type=int, default=None, help="of the random numbers; new each time by default")
    arguments.add_argument("--guided", action="store_true", help="guided by coverage, which needs atheris")
    given = arguments.parse_args()
    if given.target != "all":
        return int(fuzz(given.target, given.seconds, given.finds, given.seed, guided=given.guided))
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - after the modules are instrumented

    found = False
    for name in TARGETS:
        command = [sys.executable, "-m", "tests.fuzz.run", name, str(given.seconds), "--finds", str(given.finds)]
        command += ["--guided"] if given.guided else []
        command += [] if given.seed is None else ["--seed", str(given.seed)]
        status = subprocess.run(command, check=False).returncode
        if status not in {0, 1}:
            print(f"{name}: the process ended with status {status}; its input is {given.finds / name / 'current'}")
        found |= bool(status)
    return int(found)


def fuzz(name: str, seconds: float, finds: Path, seed: int | None, *, guided: bool) -> bool:
    """Fuzzes one target; returns whether something was found. Each kind of fault is kept once."""
    folder = finds / name
    kinds: set[str] = set()
    runs = 0

    def once(data: bytes) -> None:
        nonlocal runs
        runs += 1
        if risky:
            # What kills this process is then still known.
            current.write_bytes(data)
        try:
            target(data)
        except Exception as error:  # noqa: BLE001 - every one is a find
            kind = _kind(error)
            if kind not in kinds:
                kinds.add(kind)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
                print(f"{name}: {kind}\n  input {data[:200]!r}", flush=True)
                traceback.print_exc()

    if guided:
        import atheris  # noqa: PLC0415 - only for this

        # Not numpy and the like: it would take minutes.
        with atheris.instrument_imports(include=["streams", "inference", "httpx", "idna", "urllib", "feedparser"]):
            from tests.fuzz.targets import TARGETS  # noqa: PLC0415
    else:
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415
    from tests.fuzz.seeds import SEEDS, WORDS  # noqa: PLC0415

    target, risky, current = TARGETS[name], name in {"media", "exif"}, folder / "current"
    if risky:
        folder.mkdir(parents=True, exist_ok=True)
        _limit_memory()
    seeds, words = SEEDS[name], [word.encode("utf-8", "surrogateescape") for word in WORDS[name]]
    if guided:
        _guided(once, seeds, words, seconds, finds.parent)
    end, chance = time.monotonic() + seconds, random.Random(seed)  # noqa: S311 - not for secrets
    for data in seeds:
        once(data)
    while time.monotonic() < end:
        once(_mutated(chance, seeds, words))
    current.unlink(missing_ok=True)
    print(f"{name}: {runs} inputs, {len(kinds)} kinds of fault", flush=True)
    return bool(kinds)


def _guided(once: Callable[[bytes], None], seeds: list[bytes], words: list[bytes], seconds: float, work: Path) -> None:
    """Hands over to libFuzzer, which ends the process."""
    import tempfile  # noqa: PLC0415

    import atheris  # noqa: PLC0415

    corpus = Path(tempfile.mkdtemp(prefix="corpus-"))
    for n, data in enumerate(seeds):
        (corpus / str(n)).write_bytes(data)
    dictionary = corpus.parent / f"{corpus.name}.words"
    escaped = ("".join(map("\\x{:02x}".format, word)) for word in words if word)
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped))
    options = [f"-max_total_time={int(seconds)}", f"-max_len={LARGEST}", f"-dict={dictionary}", "-rss_limit_mb=3000"]
    atheris.Setup([str(work), *options, str(corpus)], once)
    atheris.Fuzz()


def _mutated(chance: random.Random, seeds: list[bytes], words: list[bytes]) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _ in range(2 ** chance.randrange(6)):
        at = chance.randrange(len(data) + 1)
        action = chance.randrange(7)
        if action == 0:
            data[at:at] = chance.choice(words)
        elif action == 1:
            data[at : at + chance.randrange(1, 9)] = chance.choice(words)
        elif action == 2:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif action == 3:
            del data[at : at + 2 ** chance.randrange(10)]
        elif action == 4:
            other = chance.choice(seeds)
            begin = chance.randrange(len(other) + 1)
            data[at:at] = other[begin : begin + 2 ** chance.randrange(10)]
        elif action == 5:
            data[at : at + 4] = chance.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)).to_bytes(
                4, chance.choice(("big", "little"))
            )
        else:
            data = data[:at]
    return bytes(data[:LARGEST])


def _kind(error: Exception) -> str:
    """Returns the error's type and the place in our code, or in the target, where it was raised."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    place = ours[-1] if ours else None
    where = f"{os.path.relpath(place.filename)}:{place.name}" if place else "?"
    return f"{type(error).__name__} at {where}"


def _limit_memory() -> None:
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))


if __name__ == "__main__":
    sys.exit(main())
