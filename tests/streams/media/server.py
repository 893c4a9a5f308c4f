"""An HTTP server on loopback that answers by a table, slowly or without end if told so, and remembers who asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.helpers.loopback import Loopback, begin

ENDLESS = "endless"
SILENT = "silent"


class Server(Loopback):
    """`answers` holds status, headers and body by path; instead of a body it may be `ENDLESS` or `SILENT`."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes | str]] = {}
        self.asked: list[str] = []
        self.over = threading.Event()
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        status, headers, body = self.answers.get(request.path, (404, {}, b""))
        if body == SILENT:
            self.over.wait()
            return
        begin(request, status, headers)
        try:
            while body == ENDLESS and not self.over.is_set():
                request.wfile.write(b"x" * 65536)
            if isinstance(body, bytes):
                request.wfile.write(body)
        except OSError:
            pass

    def close(self) -> None:
        self.over.set()
        super().close()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()
