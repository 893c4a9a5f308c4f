"""A token endpoint of the tests' own: OAuth's client credentials grant on loopback."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.helpers.secure_kafka import unsigned_token

CLIENT, SECRET = "news desk", "s3cr%t:of+the&desk"


class TokenServer:
    """Gives tokens to one client.

    Attributes:
        given: How many tokens it gave.
        scopes: The scope of each request.
        life: Seconds that its tokens live.
        down: Whether it answers 503.
    """

    def __init__(self, user: str, life: float = 300) -> None:
        self.given = 0
        self.scopes: list[str] = []
        self.life = life
        self.down = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                login = base64.b64encode(b"news%20desk:s3cr%25t%3Aof%2Bthe%26desk").decode()
                if outer.down:
                    self._answer(503, {})
                elif self.headers["authorization"] != f"Basic {login}":
                    self._answer(401, {"error": "invalid_client"})
                else:
                    assert form["grant_type"] == ["client_credentials"]
                    outer.scopes.append(form.get("scope", [""])[0])
                    outer.given += 1
                    self._answer(
                        200,
                        {"access_token": unsigned_token(user, outer.life), "expires_in": outer.life},
                    )

            def _answer(self, status: int, content: object) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/token"

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()
