"""The containers' health check against a server that answers as Triton does.

A real one, with a stub that is killed, is in the live tests of the embedded stack, which uses the same functions.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from topology.docker import triton_probe

DEAD = {"error": "Failed to process the request(s): Stub process 'text_extraction_0_0' is not healthy."}
NAMES = set().union(triton_probe.OUTPUTS, *triton_probe._AWAITED.values())
DONE = {"outputs": [{"name": name, "data": ["{}"] if name == "labels" else []} for name in NAMES]}
EMPTY = {"outputs": [{"name": name, "data": []} for name in NAMES]}
ALL = [
    "text_extraction/infer",
    "text_extraction_zh/infer",
    "object_detection/infer",
    "object_relations/infer",
    "text_embedding/infer",
    "link_prediction/infer",
    "next_entity/infer",
]


class Server(HTTPServer):
    """Notes the requests; unload and load heal it unless it is `broken`."""

    def __init__(self, answer: tuple[int, dict]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.calls, self.sent, self.heals = answer, [], {}, True
        self.asked, self.unknown = [], ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = self.path.rsplit("/", 1)[-1]
        self.server.calls.append(call)
        model = self.path.split("/models/")[1].split("/")[0]
        self.server.asked.append(f"{model}/{call}")
        if call == "infer":
            self.server.sent[model] = body
        elif call == "load" and self.server.heals:
            self.server.answer = (200, DONE)
        status, answer = self.server.answer if call == "infer" else (200, {})
        if model == self.server.unknown:
            status, answer = 400, {"error": f"Request for unknown model: '{model}' is not found"}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture
def serve():
    running = []

    def start(status: int, answer: dict) -> Server:
        server = Server((status, answer))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_that_extracts_is_healthy_and_left_alone(serve):
    server = serve(200, DONE)
    assert triton_probe.main(server.url) == 0
    assert server.asked == ALL


def test_a_dead_stub_is_brought_back_by_unloading_and_loading(serve):
    server = serve(500, DEAD)
    assert triton_probe.main(server.url) == 0
    changed = [call for call in server.asked if not call.endswith("/infer")]
    assert changed == ["text_extraction/unload", "text_extraction/load"]
    assert server.asked[-len(ALL) :] == ALL, "looked at again"


def test_every_model_that_lost_a_stub_is_named(serve):
    server = serve(500, DEAD)
    assert triton_probe.dead(server.url) == ["text_extraction"]
    server.answer = (500, {"error": DEAD["error"].replace("text_extraction", "text_extraction_zh")})
    assert triton_probe.dead(server.url, asked=2) == ["text_extraction_zh"]
    server.answer = (200, DONE)
    assert triton_probe.dead(server.url) == []


def test_the_model_whose_stub_died_is_the_one_to_load_again():
    assert triton_probe.stub_died("Stub process 'text_extraction_zh_0_1' is not healthy.") == "text_extraction_zh"
    assert triton_probe.stub_died(DEAD["error"]) == "text_extraction"
    assert not triton_probe.stub_died("Exceeds maximum queue size")


@pytest.mark.parametrize(
    "lacking",
    ["text_extraction_zh", "object_detection", "object_relations", "text_embedding", "link_prediction", "next_entity"],
)
def test_a_server_without_chinese_or_pictures_is_healthy(serve, lacking):
    server = serve(200, DONE)
    server.unknown = lacking
    assert triton_probe.main(server.url) == 0
    server.unknown = "text_extraction"
    assert triton_probe.main(server.url) == 1


def test_a_stub_that_stays_dead_is_unhealthy(serve, capsys):
    server = serve(500, DEAD)
    server.heals = False
    assert triton_probe.main(server.url) == 1
    assert "is not healthy" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (400, {"error": "Request for unknown model: 'text_extraction' is not found"}, "not found"),
        (503, {"error": "Exceeds maximum queue size"}, "queue size"),
        (
            200,
            {"outputs": [{"name": "mentions", "data": []}]},
            "lacks labels, mention_scores, relation_modalities, relation_scores, relations",
        ),
        (200, EMPTY, "outputs are empty"),
    ],
)
def test_other_trouble_is_reported_and_never_answered_with_a_reload(serve, capsys, status, answer, reason):
    server = serve(status, answer)
    assert triton_probe.main(server.url) == 1
    assert server.calls == ["infer"]
    assert reason in capsys.readouterr().err


def test_a_server_that_is_away_is_unhealthy(capsys):
    assert triton_probe.main("http://127.0.0.1:9") == 1
    assert "refused" in capsys.readouterr().err


def test_the_request_is_one_window_whose_parts_agree(serve):
    server = serve(200, DONE)
    triton_probe.main(server.url)
    for model in ("text_extraction", "text_extraction_zh"):
        tensors = {tensor["name"]: tensor for tensor in server.sent[model]["inputs"]}
        pieces = sum(tensors["lengths"]["data"])
        for name in ("input_ids", "case_ids", "first_piece"):
            assert tensors[name]["shape"] == [pieces] == [len(tensors[name]["data"])]
