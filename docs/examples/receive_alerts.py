"""Prints alerts that come to port 8080; store them by id, as one may come twice: SECRET=... python receive_alerts.py"""

import hmac
import json
import os
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver(BaseHTTPRequestHandler):
    """Takes calls that are signed with our secret and no older than five minutes."""

    def do_POST(self) -> None:
        """Takes one call, with one alert or several."""
        id_, at, given = (self.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mac = hmac.digest(os.environ["SECRET"].encode(), f"{id_}.{at}.".encode() + body, "sha256")
        genuine = hmac.compare_digest(given, "v1," + b64encode(mac).decode()) and time.time() - int(at) < 300  # noqa: PLR2004
        for alert in json.loads(body)["alerts"] if genuine else ():
            print(alert["id"], alert["watch"], alert["text"], alert["article"]["url"], sep=" | ", flush=True)
        self.send_response(204 if genuine else 403)
        self.end_headers()


HTTPServer(("127.0.0.1", 8080), Receiver).serve_forever()
