"""A decoder process: reads requests from standard input and answers on standard output, until the input ends.

It has little memory, may write no file, holds no secret of the service in its environment, and ends itself when it
has computed for too long, even if whoever asked is gone. Its answers are JSON and raw samples: what reads them runs no
code of its choosing, so a picture that takes the decoder over gains nothing beyond this process.

It says `ready` first. Request: a line of JSON (`path`, `seconds`, `limits`). Answer: a line of JSON (`read` or
`error`), then the bytes of each array it names.
"""

import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from inference.media.sniff import HEAD, sniff
from inference.media.types import Limits, MediaRead, UnreadableError

READY = b"ready\n"
"""What it says when requests may come."""


def main() -> None:
    """Serves until standard input ends. The one argument is the memory in bytes of address space."""
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print must not get between the answers.
    os.dup2(2, 1)
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import cv2  # noqa: PLC0415 - under the limits like all the rest

    cv2.setNumThreads(1)
    answers.write(READY)
    answers.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        # Its own time, so that what is refused does not depend on what else the machine does.
        signal.setitimer(signal.ITIMER_PROF, request["seconds"])
        header, arrays = answer(Path(request["path"]), Limits(**request["limits"]))
        answers.write(json.dumps(header).encode() + b"\n")
        for array in arrays:
            answers.write(np.ascontiguousarray(array).data.cast("B"))
        answers.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)


def answer(path: Path, limits: Limits) -> tuple[dict[str, Any], list[Any]]:
    """Returns an answer's header and arrays."""
    try:
        read = decode(path, limits)
    except UnreadableError as error:
        return {"error": [error.reason, error.message]}, []
    except MemoryError:
        return {"error": ["too-much-memory", "decoding it takes more memory than allowed"]}, []
    frames = [{"shape": f.rgb.shape, "scale": f.scale, "time": f.time, "scene": f.scene} for f in read.frames]
    flat = {name: getattr(read, name) for name in _PLAIN}
    flat |= {"colours": [asdict(c) for c in read.colours], "scenes": [asdict(s) for s in read.scenes]}
    arrays: list[Any] = [f.rgb for f in read.frames]
    if read.sound is not None:
        arrays.append(read.sound)
    return {"read": flat, "frames": frames, "samples": None if read.sound is None else len(read.sound)}, arrays


_PLAIN = tuple(name for name in MediaRead.__dataclass_fields__ if name not in {"colours", "scenes", "frames", "sound"})


def decode(path: Path, limits: Limits) -> MediaRead:
    """Reads a medium in this process.

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
