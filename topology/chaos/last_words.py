"""What the processes of a stack said last, for a run that ended because something did not recover."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException

from streams.presence import present
from topology.local.stack import LocalStack

LINES = 12
CHARACTERS = 240
ANSWER_WITHIN = 5.0
"""Seconds that a worker has to say how it is."""


def last_words(stack: LocalStack, names: Sequence[str]) -> list[str]:
    """Returns each worker's own account of its health, and the end of each named process's log.

    Args:
        stack: The stack; what it says is only of use while it runs.
        names: The processes whose logs are read.
    """
    said = [
        f"--- health of {worker.stage} {worker.number}: {_health(worker.host, worker.port)}"
        for worker in present(stack.settings.state)
    ]
    for name in names:
        for path in (stack.processes.log(name).with_suffix(".log.1"), stack.processes.log(name)):
            if path.exists():
                said.append(f"--- {path.name}")
                lines = path.read_text(errors="replace").splitlines()
                said += [line[:CHARACTERS] for line in lines[-LINES:]]
    return said


def _health(host: str, port: int) -> str:
    try:
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/health", timeout=ANSWER_WITHIN) as answer:
                return str(answer.read().decode(errors="replace"))
        except urllib.error.HTTPError as error:  # a worker that is not well answers with 503 and says why
            return str(error.read().decode(errors="replace"))
    except (OSError, ValueError, HTTPException) as error:
        return f"no answer: {error!r}"
