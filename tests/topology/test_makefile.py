"""`make clean` asks before it deletes a graph, and nothing that starts needs the downloads of pictures and speech."""

import os
import shutil
import subprocess

import pytest

from tests.topology.deployment import ROOT


@pytest.fixture
def folder(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".triplewire" / "neo4j").mkdir(parents=True)
    (tmp_path / ".venv").mkdir()
    return tmp_path


def clean(folder, answer="", *words, **variables):
    return make(folder, "clean", *words, answer=answer, **variables)


def make(folder, *words, answer="", **variables):
    # With the variables of a make that runs these tests, the make under test would print that it is nested.
    ours = ("CI", "FORCE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MAKE_TERMOUT", "MAKE_TERMERR")
    env = {name: value for name, value in os.environ.items() if name not in ours} | variables
    return subprocess.run(
        ["make", *words], cwd=folder, env=env, input=answer, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "what?\n"])
def test_without_a_yes_nothing_is_removed(folder, answer):
    done = clean(folder, answer)
    assert done.returncode
    assert "FORCE=1" in done.stdout
    assert (folder / ".triplewire" / "neo4j").is_dir()
    assert (folder / ".venv").is_dir()


@pytest.mark.parametrize(
    ("answer", "words", "variables"), [("y\n", [], {}), ("", ["FORCE=1"], {}), ("", [], {"CI": "true"})]
)
def test_with_a_yes_or_where_nobody_can_be_asked_all_is_removed(folder, answer, words, variables):
    assert clean(folder, answer, *words, **variables).returncode == 0
    assert not (folder / ".triplewire").exists()
    assert not (folder / ".venv").exists()


def test_without_a_graph_nobody_is_asked(folder):
    shutil.rmtree(folder / ".triplewire" / "neo4j")
    done = clean(folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert not (folder / ".triplewire").exists()


@pytest.fixture
def installed(folder):
    """The folder with an environment whose command notes what it is called with, and fails while `broken` is there."""
    for name in ("pyproject.toml", "topology/requirements/dev.txt", ".venv/bin/triplewire", ".venv/.installed"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / ".venv" / "bin" / "triplewire").write_text('#!/bin/sh\necho "$@" >> called\n[ ! -e broken ]\n')
    (folder / ".venv" / "bin" / "triplewire").chmod(0o755)
    return folder


BUILDS = ["models build nanodet --if-missing", "models build whisper --if-missing"]


def test_up_builds_detector_and_recogniser_first_if_they_are_missing(installed):
    assert make(installed, "up").returncode == 0
    assert (installed / "called").read_text().splitlines() == [*BUILDS, "up"]


@pytest.mark.parametrize(("left_out", "built"), [("DETECTOR", BUILDS[1]), ("SPEECH", BUILDS[0])])
def test_each_can_be_left_out(installed, left_out, built):
    assert make(installed, "demo", f"{left_out}=skip").returncode == 0
    assert (installed / "called").read_text().splitlines() == [built, "demo"]


@pytest.mark.parametrize("target", ["detector", "speech"])
def test_what_cannot_be_built_stops_nothing(installed, target):
    (installed / "broken").touch()
    done = make(installed, target)
    assert done.returncode == 0
    assert "Going on without it" in done.stderr
