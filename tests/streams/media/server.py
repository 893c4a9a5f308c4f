"""An HTTP server on loopback that answers by a table, slowly or without end if told so, and remembers who asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENDLESS = "endless"
SILENT = "silent"


class Server:
    """`answers` holds status, headers and body by path; instead of a body it may be `ENDLESS` or `SILENT`."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes | str]] = {}
        self.asked: list[str] = []
        self.over = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                status, headers, body = outer.answers.get(self.path, (404, {}, b""))
                if body == SILENT:
                    outer.over.wait()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    while body == ENDLESS and not outer.over.is_set():
                        self.wfile.write(b"x" * 65536)
                    if isinstance(body, bytes):
                        self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *_args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_address[1]
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        self.over.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()
