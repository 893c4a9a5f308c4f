"""`triplewire train sessions`, its search and its export."""

import json

import pytest

pytest.importorskip("torch")

from typer.testing import CliRunner

from inference.research.sessions.models import MODELS
from inference.training.common import run_folder
from inference.training.next_entity import measure, run
from topology.cli import app
from topology.cli.train import sessions as train_sessions

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]


def invoke(*arguments):
    return CliRunner().invoke(app, ["train", *map(str, arguments), "--threads", "1"])


def test_the_commands_train_search_and_export(story_data, tmp_path):
    small = ("--data", story_data, "--set", "ours")
    sizes = ("--width", 8, "--interests", 2, "--epochs", 1, "--batch", 64)
    first = invoke("sessions", *small, "--work", tmp_path / "work", *sizes)
    assert first.exit_code == 0, first.output
    assert "ours: 16 items" in first.output
    scores = json.loads((tmp_path / "work" / "scores.json").read_text())
    assert f"MRR {scores['test']['ranking']['mrr']:.4f}" in first.output
    again = invoke("sessions", *small, "--work", tmp_path / "work", *sizes)
    assert "step 1/" not in again.output
    other = invoke("sessions", *small, "--work", tmp_path / "work", *sizes, "--seed", 5)
    assert other.exit_code == 1
    assert "another" in other.output
    out = tmp_path / "served"
    exported = invoke("sessions-export", "--work", tmp_path / "work", "--out", out)
    assert exported.exit_code == 0, exported.output
    assert json.loads((out / "labels.json").read_text())["width"] == 384
    assert run_folder.BEST in {path.name for path in (tmp_path / "work").iterdir()}


def test_the_search_looks_at_the_validation_split_alone(story_data, monkeypatch):
    pytest.importorskip("optuna")
    monkeypatch.setattr(measure, "stories_tested", None)
    monkeypatch.setattr(run, "stories_tested", None)
    found = invoke("sessions-search", "--data", story_data, "--set", "ours", "--trials", 2, "--epochs", 1)
    assert found.exit_code == 0, found.output
    assert "best: " in found.output
    assert found.output.count("run ") == 2


def test_a_missing_set_and_a_missing_run_are_one_line(tmp_path):
    for set_ in ("amazon", "youtube-random", "ours"):
        result = invoke("sessions", "--data", tmp_path, "--set", set_, "--work", tmp_path / "work")
        assert result.exit_code == 1
        assert "Traceback" not in result.output
    result = invoke("sessions-export", "--work", tmp_path)
    assert result.exit_code == 1
    assert "train sessions" in " ".join(result.output.split())


def test_every_set_and_model_of_the_code_can_be_named():
    assert {s.value for s in train_sessions.Set} == set(run.SETS)
    assert {m.value for m in train_sessions.Model} == set(MODELS)
