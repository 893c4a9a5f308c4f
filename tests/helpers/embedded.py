"""What the embedded stacks of tests share: the cache of downloads, and ports that nobody uses."""

import random

from topology.local import ports
from topology.settings import REPOSITORY, EmbeddedPorts

CACHE = REPOSITORY / ".triplewire" / "cache"


def free_port_base() -> int:
    """Returns a port base on which every port of the embedded stack is free."""
    bases = list(range(18_000, 30_000, 10))  # below the ports that the system gives to clients
    random.shuffle(bases)
    for base in bases:
        if all(map(ports.free, EmbeddedPorts(base).all)):
            return base
    raise AssertionError("no free ports")
