"""A reader process: reads feeds from standard input and writes what is in them to standard output, until that ends.

A feed may take more memory or time than there is, by mistake or on purpose. Here that ends this process and not the
worker, which would end again at each start. Its memory is limited, it may write no file, its environment holds no
secret, and it ends by itself when it uses too much processor time, even if its parent is gone. Answers are JSON and
bytes, which the parent reads without running code.

It writes `READY` first. Request: a line of JSON (`Request`), then the feed's bytes. Answer: a line of JSON for each
record, followed by its value, and for whatever is left out, and a last line (`end` or `error`).
"""

import json
import os
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from streams.sources.feed_record import Found, LeftOut, SourceError
from streams.sources.feeds.reader import read_feed
from streams.sources.folder import read_inbox

READY = b"ready\n"
HELD = 32 * 1024 * 1024
"""Bytes of an answer that are held back until it is known what comes again. If there are more, all is read twice."""

MOST_COMPARED = 1_000_000
"""Articles of one reading that are looked for again in it; further ones are taken at their word."""

AGAIN = "a later one has the same id"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be read.

    Attributes:
        name: The feed's address, or the folder's name.
        seconds: Most processor time.
        size: Bytes of the feed, which follow; 0 for a folder.
        address: The address that it was read from.
        label: The encoding that the server stated; empty if none.
        folder: The folder's path; empty for a feed.
    """

    name: str
    seconds: float
    size: int = 0
    address: str = ""
    label: str = ""
    folder: str = ""


def main() -> None:
    """Serves until standard input ends. The only argument is the limit of its memory, in bytes."""
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever libraries print goes to standard error, not between the answers.
    os.dup2(2, 1)
    limit(int(sys.argv[1]))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # when the worker is gone, nobody wants the rest, or a traceback
    answers.write(READY)
    answers.flush()
    while line := sys.stdin.buffer.readline():
        request = Request(**json.loads(line))
        data = sys.stdin.buffer.read(request.size)
        # Processor time, so that a refusal does not depend on the machine's load.
        signal.setitimer(signal.ITIMER_PROF, request.seconds)
        for frame in answer(request, data):
            answers.write(frame)
        answers.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)


def limit(memory: int) -> None:
    """Limits what this process may allocate, in bytes, and write. If the machine has no memory left, it goes first."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def answer(request: Request, data: bytes) -> Iterator[bytes]:
    """Yields the parts of the answer to a request."""
    try:
        yield from without_repeats(partial(_found, request, data))
        last: dict[str, Any] = {"end": True}
    except SourceError as error:
        last = {"error": str(error)}
    except (MemoryError, SystemError):  # as orjson says it
        last = {"error": f"{request.name}: reading it takes more memory than allowed", "used_up": True}
    except Exception:  # noqa: BLE001 - a fault of ours, which the parent reports
        last = {"bug": traceback.format_exc()}
    yield _line(last)


def without_repeats(opened: Callable[[], Iterable[Found]]) -> Iterator[bytes]:
    """Yields the parts of an answer, in which each article is once, as the last one says it.

    Two versions of an article in one feed would otherwise be revisions of each other whenever the feed is read.

    Args:
        opened: Opens what was found; called again if that is too much to be held.
    """
    held: list[tuple[int | None, bytes, bytes]] = []
    size = 0
    times: Counter[int] = Counter()
    for part in map(_part, opened()):
        key, frame, _ = part
        if key is not None and (key in times or len(times) < MOST_COMPARED):
            times[key] += 1
        if size <= HELD:
            held.append(part)
            size += len(frame)
    if size > HELD:
        held.clear()
    for key, frame, repeated in held or map(_part, opened()):
        if key is not None:
            times[key] -= 1
        yield frame if key is None or times[key] <= 0 else repeated


def _found(request: Request, data: bytes) -> Iterator[Found]:
    if request.folder:
        return read_inbox(Path(request.folder), request.name)
    return read_feed(data, request.name, address=request.address, label=request.label)


def _part(one: Found) -> tuple[int | None, bytes, bytes]:
    """Returns a hash of a record's key (None for what is left out), its part of the answer, and that if it repeats."""
    if isinstance(one, LeftOut):
        return None, _line({"left": [one.where, one.what, one.reason, one.passing]}), b""
    digest = blake2b(one.key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    frame = _line({"key": one.key, "size": len(one.value), "where": one.where, "problem": one.problem}) + one.value
    return int.from_bytes(digest), frame, _line({"left": [one.where, one.key, AGAIN, False]})


def _line(part: dict[str, Any]) -> bytes:
    return json.dumps(part).encode() + b"\n"


if __name__ == "__main__":
    main()
