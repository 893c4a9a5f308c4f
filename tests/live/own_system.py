"""The whole system for a test alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from topology.demo.run import bring_up
from topology.local.stack import LocalStack, environment
from topology.settings import Settings, settings


@contextmanager
def running(own: Settings) -> Iterator[LocalStack]:
    """Runs the whole system, workers included, on ports of its own: what dies in it disturbs no other test."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(own).items():
            patch.setenv(name, value)
        settings.cache_clear()
        stack = LocalStack(own)
        try:
            bring_up(stack, lambda *_: None)
            yield stack
        finally:
            stack.down()
            settings.cache_clear()
