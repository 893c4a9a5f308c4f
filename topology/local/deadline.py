"""Calls with a deadline: a server that accepts a connection and then says nothing must not hold up its caller."""

from collections.abc import Callable
from queue import Empty, Queue
from threading import Thread
from typing import TypeVar

_R = TypeVar("_R")


def within(seconds: float, call: Callable[[], _R]) -> _R:
    """Returns what `call` returns.

    The call runs in a thread of its own. One that is given up keeps running until it ends by itself; it does not keep
    the process alive.

    Raises:
        TimeoutError: It did not return in time.
        Exception: Whatever the call raised.
    """
    results: Queue[tuple[list[_R], Exception | None]] = Queue(1)

    def work() -> None:
        try:
            results.put(([call()], None))
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            results.put(([], error))

    Thread(target=work, daemon=True).start()
    try:
        (result, error) = results.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    if error:
        raise error
    return result[0]
