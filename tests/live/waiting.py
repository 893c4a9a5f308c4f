"""Waiting for something to become true, with a deadline."""

import time


def until(condition, seconds=120.0):
    """Returns the condition's first true value.

    Raises:
        AssertionError: It did not become true in time.
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return value
