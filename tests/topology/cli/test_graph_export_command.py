"""What `triplewire graph export` refuses before it asks the graph, and that no failure leaves half a file."""

import pytest
from typer.testing import CliRunner

from streams.exports.files import writing
from streams.exports.iris import Iris
from tests.streams.exports.sample_records import every_kind
from topology.cli import app
from topology.settings import settings

IRIS = Iris("urn:test:")


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("TRIPLEWIRE_STATE", str(tmp_path / "state"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("base", "given", "says"),
    [
        ("urn:triplewire:", ["--format", "csv"], "name a folder"),
        ("example", ["--format", "turtle"], "TRIPLEWIRE_EXPORT_BASE"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(monkeypatch, base, given, says):
    monkeypatch.setenv("TRIPLEWIRE_EXPORT_BASE", base)
    result = CliRunner().invoke(app, ["graph", "export", *given])
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert says in line


class BrokenOffError(Exception):
    """The graph stopped answering."""


@pytest.mark.parametrize(("format_", "name"), [("turtle", "graph.ttl"), ("csv", "nodes.csv")])
def test_a_file_is_replaced_only_by_a_whole_one(tmp_path, format_, name):
    file = tmp_path / name
    output = tmp_path if format_ == "csv" else file
    with writing(format_, output, IRIS) as writer:
        for record in every_kind("Tim"):
            writer.write(record)
    whole = file.read_bytes()
    with pytest.raises(BrokenOffError), writing(format_, output, IRIS) as writer:  # noqa: PT012  # half of it is the point
        writer.write(every_kind("Ann")[0])
        raise BrokenOffError
    assert file.read_bytes() == whole
    assert not list(tmp_path.glob("*.partial"))
