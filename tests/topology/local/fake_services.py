"""Services that are quick to start: a stand-in program on a free port instead of a real server."""

import socket
import sys
from contextlib import closing

from topology.local import ports
from topology.local.service import Service

LISTEN = """\
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()[0].close()
"""


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


class Fake(Service):
    """A service that listens on one port; nothing to download."""

    patience = 30
    grace = 5

    def __init__(self, settings, name, argv=None):
        super().__init__(settings)
        self.name = name
        self.port = free_port()
        self.argv = argv or [sys.executable, "-c", LISTEN, str(self.port)]
        self.repaired = 0

    @property
    def ports(self):
        return {"only": self.port}

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def prepare(self, progress):
        progress(1, 1)

    def launch(self, processes):
        processes.start(self.name, self.argv)

    def problem(self):
        return "" if ports.answers(self.port) else "does not accept connections"

    def repair(self):
        self.repaired += 1
