"""A decoder process: reads requests from standard input and answers on standard output, until the input ends.

Its memory is limited, it may write no file, its environment holds no secret of the service, and it ends itself when it
uses too much processor time, even if its parent is gone. Its answers are JSON and raw samples, which the parent parses
without running code, so a malicious picture that takes over the decoder gains nothing beyond this process.

It writes `ready` first. Request: a line of JSON (`path`, `seconds`, `limits`). Answer: a line of JSON (`read` or
`error`), then the bytes of each array it names.
"""

import json
import os
import re
import resource
import signal
import sys
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from inference.media.sniff import HEAD, sniff
from inference.media.types import DecodedMedia, Limits, UnreadableError

_NO_MEMORY = re.compile(r"alloc|out of memory|insufficient memory", re.IGNORECASE)
"""How FFmpeg and opencv say that they get no more memory."""

READY = b"ready\n"
"""The line that it writes when it can take requests."""


def main() -> None:
    """Serves until standard input ends. The only argument is the limit of its memory, in bytes."""
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever libraries print goes to standard error, not between the answers.
    os.dup2(2, 1)
    limit_memory(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    import cv2  # noqa: PLC0415 - imported under the limits, like everything else

    cv2.setNumThreads(1)
    answers.write(READY)
    answers.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        # Processor time, so that a refusal does not depend on the machine's load.
        signal.setitimer(signal.ITIMER_PROF, request["seconds"])
        header, arrays = answer(Path(request["path"]), Limits(**request["limits"]))
        answers.write(json.dumps(header).encode() + b"\n")
        for array in arrays:
            answers.write(np.ascontiguousarray(array).data.cast("B"))
        answers.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)


def limit_memory(memory: int) -> None:
    """Limits what this process may allocate, in bytes. Libraries that it maps do not count; it leaves no core dump."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(path: Path, limits: Limits) -> tuple[dict[str, Any], list[Any]]:
    """Decodes a file; returns the header and the arrays of the answer."""
    try:
        read = decode(path, limits)
    except UnreadableError as error:
        return {"error": [error.reason, error.message]}, []
    except MemoryError:
        return {"error": ["too-much-memory", "decoding it takes more memory than allowed"]}, []
    except Exception as error:  # noqa: BLE001 - decoders raise all kinds, and it is this file's fault and no other's
        if _NO_MEMORY.search(str(error)):
            return {"error": ["too-much-memory", "decoding it takes more memory than allowed"]}, []
        return {"error": ["unreadable", f"its decoder fails with {type(error).__name__}"]}, []
    frames = [
        {
            "shape": f.rgb.shape,
            "scale": f.scale,
            "time": f.time,
            "scene": f.scene,
            "drift": None if f.drift is None else f.drift.shape,
        }
        for f in read.frames
    ]
    flat = {name: getattr(read, name) for name in _PLAIN}
    flat |= {"colours": [asdict(c) for c in read.colours], "scenes": [asdict(s) for s in read.scenes]}
    arrays: list[Any] = [array for f in read.frames for array in (f.rgb, f.drift) if array is not None]
    if read.sound is not None:
        arrays.append(read.sound)
    return {"read": flat, "frames": frames, "samples": None if read.sound is None else len(read.sound)}, arrays


_PLAIN = tuple(
    name for name in DecodedMedia.__dataclass_fields__ if name not in {"colours", "scenes", "frames", "sound"}
)


def decode(path: Path, limits: Limits) -> DecodedMedia:
    """Decodes a media file in this process.

    Raises:
        UnreadableError: See `sniff`, `read_picture` and `read_container`.
    """
    with path.open("rb") as file:
        sort = sniff(file.read(HEAD))
    if sort.reader == "pillow":
        from inference.media.picture import read_picture  # noqa: PLC0415

        return read_picture(path, sort, limits)
    from inference.media.video import read_container  # noqa: PLC0415

    return read_container(path, sort, limits)


if __name__ == "__main__":
    main()
