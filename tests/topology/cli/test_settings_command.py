"""`triplewire settings` shows what holds, where it came from, and no secret."""

import pytest
from typer.testing import CliRunner

from topology.cli import app
from topology.cli.settings import effective, masked
from topology.pages.settings import PAGE, environment_name
from topology.settings import Settings, misspelt


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def rows():
    return {name: (value, source) for name, value, source in effective()}


def test_each_source_is_named(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("TRIPLEWIRE_BATCH_SIZE=7\n", encoding="utf-8")
    monkeypatch.setenv("TRIPLEWIRE_IN_FLIGHT", "2")
    assert rows()["TRIPLEWIRE_BATCH_SIZE"] == ("7", ".env")
    assert rows()["TRIPLEWIRE_IN_FLIGHT"] == ("2", "environment")
    assert rows()["TRIPLEWIRE_SINK_BATCH"] == ("2000", "default")


def test_secrets_are_masked(monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_NEO4J_PASSWORD", "hunter22")
    monkeypatch.setenv("TRIPLEWIRE_NEO4J", "bolt://reader:hunter22@graph:7687")
    output = CliRunner().invoke(app, ["settings"]).output
    assert "hunter22" not in output
    assert masked("bolt://reader:hunter22@graph:7687") == "bolt://***@graph:7687"
    assert "TRIPLEWIRE_NEO4J_PASSWORD" in output


def test_a_wrong_value_is_one_line_that_names_the_variable(monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_IN_FLIGHT", "many")
    result = CliRunner().invoke(app, ["settings"])
    assert result.exit_code == 1
    assert "TRIPLEWIRE_IN_FLIGHT" in result.output
    assert "Traceback" not in result.output


def test_the_page_lists_every_setting_and_no_path_of_this_machine():
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{environment_name(name)}`" not in page] == []
    assert str(PAGE.parent.parent) not in page


def test_every_setting_is_described():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_misspelt_variable_is_a_warning_with_the_nearest_name(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_BATCHSIZE", "7")
    monkeypatch.setenv("TRIPLEWRE_KAFKA", "there:9092")
    monkeypatch.setenv("TRIPLEWIRE_ZZZZZ", "1")
    monkeypatch.setenv("TRIPLEWIRE_SINK_BATCH", "100")
    (tmp_path / ".env").write_text("TRIPLEWIRE_NEO4J_PASWORD=hunter22\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["settings"])
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "warning: TRIPLEWIRE_BATCHSIZE is no setting and has no effect; did you mean TRIPLEWIRE_BATCH_SIZE?",
        "warning: TRIPLEWIRE_NEO4J_PASWORD is no setting and has no effect; did you mean TRIPLEWIRE_NEO4J_PASSWORD?",
        "warning: TRIPLEWIRE_ZZZZZ is no setting and has no effect; `triplewire settings` lists them",
        "warning: TRIPLEWRE_KAFKA is no setting and has no effect; did you mean TRIPLEWIRE_KAFKA?",
    ]


def test_what_is_spelt_right_is_no_warning(monkeypatch):
    monkeypatch.setenv("triplewire_batch_size", "7")
    monkeypatch.setenv("TRIPLEWIRE_TRITON_GPU_IMAGE", "an image")
    monkeypatch.setenv("TRIPOD", "camera")
    assert misspelt() == []
