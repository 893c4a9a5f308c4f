"""`triplewire models pull`: what is pinned arrives whole or not at all."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from topology import settings
from topology.cli import app
from topology.models import public_models
from topology.models.public_models import PublicModel, PullError, address, pull

CONTENT = b"weights" * 100
MODEL = PublicModel.model_validate(
    {
        "what": "Nothing",
        "licence": "CC0",
        "repository": "we/nothing",
        "revision": "0" * 40,
        "files": {
            "network.onnx": {
                "path": "onnx/a.onnx",
                "size": len(CONTENT),
                "sha256": hashlib.sha256(CONTENT).hexdigest(),
            }
        },
        "describes": {"network.json": {"name": "nothing", "labels": ["a"]}},
    }
)


@pytest.fixture
def hub():
    """A hub in this process: `hub.content` is what it sends, `hub.asked` what it was asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            self.send_response(200 if server.content else 404)
            self.end_headers()
            self.wfile.write(server.content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.content, server.asked = CONTENT, []
    server.address = f"http://127.0.0.1:{server.server_port}" + "/{repository}/resolve/{revision}/{path}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_is_pinned_is_put_in_place_with_its_description(hub, tmp_path):
    told = []
    files = pull(MODEL, hub.address, tmp_path / "new", told.append)
    assert hub.asked == [f"/we/nothing/resolve/{'0' * 40}/onnx/a.onnx"]
    assert [f.name for f in files] == ["network.onnx", "network.json"]
    assert files[0].read_bytes() == CONTENT
    assert '"nothing"' in files[1].read_text()
    assert sorted(f.name for f in (tmp_path / "new").iterdir()) == ["network.json", "network.onnx"]


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT[:-1] + b"!", CONTENT + b"!", b""])
def test_anything_else_is_refused_and_leaves_the_folder_as_it_was(hub, tmp_path, content):
    (tmp_path / "network.onnx").write_bytes(b"before")
    hub.content = content
    with pytest.raises(PullError):
        pull(MODEL, hub.address, tmp_path, lambda _: None)
    assert [f.read_bytes() for f in tmp_path.iterdir()] == [b"before"]


@pytest.mark.parametrize(
    "hub_address, said",
    [
        ("", "set TRIPLEWIRE_HUB"),
        ("https://hub.example/{repository}", "one placeholder for each of repository, revision, path"),
        ("https://hub.example/{repository.__class__}/{revision}/{path}", "one placeholder for each"),
        ("https://hub.example/{", "is invalid"),
    ],
)
def test_a_hub_that_is_none_is_explained(hub_address, said):
    with pytest.raises(PullError, match=said):
        address(hub_address, MODEL, MODEL.files["network.onnx"])


def test_the_table_pins_every_file_by_revision_size_and_hash():
    table = public_models.public_models()
    assert {"yolox-s", "depth-anything-v2-small", "whisper-base"} <= set(table)
    for model in table.values():
        assert model.files
        assert model.licence
    assert len(table["yolox-s"].describes["network.json"]["labels"]) == 80


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(public_models, "public_models", lambda: {"nothing": MODEL})
    settings.settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(app, ["models", "pull", *arguments])
    settings.settings.cache_clear()


def test_the_command_writes_where_the_model_is_served_from(run, hub, tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_HUB", hub.address)
    monkeypatch.setenv("TRIPLEWIRE_MODELS", str(tmp_path / "models"))
    result = run("nothing")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "models" / "object_detection" / "1" / "network.onnx").read_bytes() == CONTENT
    assert "restart Triton" in result.output
    assert "nothing: Nothing; CC0" in run("list").output


@pytest.mark.parametrize("name, said", [("nothing", "TRIPLEWIRE_HUB"), ("other", "the models are: nothing")])
def test_offline_or_unknown_is_one_clear_line(run, tmp_path, monkeypatch, name, said):
    monkeypatch.setenv("TRIPLEWIRE_HUB", "http://127.0.0.1:9/{repository}/{revision}/{path}")
    result = run(name, "--to", str(tmp_path / "to"))
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
