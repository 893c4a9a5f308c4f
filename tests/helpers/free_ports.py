"""Ports for an embedded stack of the tests' own."""

import random

from topology.local import ports
from topology.local.stack import LocalStack
from topology.settings import Settings


def free_port_base() -> int:
    """Returns a port base on which every port of the embedded stack is free."""
    bases = list(range(18_000, 30_000, 10))  # below the ports that the system gives to clients
    random.shuffle(bases)
    for base in bases:
        probe = LocalStack(Settings(port_base=base))
        if all(ports.free(port) for service in probe.services.values() for port in service.ports.values()):
            return base
    raise AssertionError("no free ports")
