"""`triplewire evaluate`: every report can be found, and what cannot be measured says why."""

from importlib.util import find_spec

import pytest
from typer.testing import CliRunner

from inference.evaluation.report import Report, Table
from topology.cli import app
from topology.cli import evaluate as command

RUN = CliRunner()


@pytest.mark.parametrize("module", command.REPORTS.values())
def test_every_report_has_its_module(module):
    assert find_spec(module) is not None


def test_unknown_report_names_those_that_exist():
    result = RUN.invoke(app, ["evaluate", "weather"])
    assert result.exit_code == 1
    assert "no report weather" in result.output
    assert all(name in result.output for name in command.REPORTS)


def test_quick_run_does_not_overwrite_the_full_runs_pages(monkeypatch):
    monkeypatch.setattr(command, "REPORTS", {"tides": "tides_report"})
    result = RUN.invoke(app, ["evaluate", "tides", "--quick"])
    assert result.exit_code == 1
    assert "--output" in result.output


def test_report_is_measured_with_what_was_asked_for_and_written(tmp_path, monkeypatch):
    seen = []

    class Module:
        @staticmethod
        def evaluate(context):
            seen.append((context.data, context.seed, context.quick))
            return Report("Tides", "Heights.", ("tables",), [Table("T", ("a",), [(1,)])])

    monkeypatch.setattr(command, "REPORTS", {"tides": "tides_report"})
    monkeypatch.setattr(command, "import_module", {"tides_report": Module}.__getitem__)
    arguments = ["evaluate", "all", "--quick", "--seed", "7", "--data", str(tmp_path), "--output", str(tmp_path / "o")]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert seen == [(tmp_path, 7, True)]
    assert "triplewire evaluate tides --seed 7 --quick" in (tmp_path / "o" / "tides.md").read_text()


def test_missing_data_is_one_clear_line(tmp_path, monkeypatch):
    class Module:
        @staticmethod
        def evaluate(context):
            context.need("re", "redocred")

    monkeypatch.setattr(command, "REPORTS", {"tides": "tides_report"})
    monkeypatch.setattr(command, "import_module", {"tides_report": Module}.__getitem__)
    result = RUN.invoke(app, ["evaluate", "tides", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "redocred is missing" in result.output
    assert "Traceback" not in result.output
