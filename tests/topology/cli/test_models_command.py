"""`triplewire models`: what is listed is what is there, and a plan's folder is what Triton and trtexec take."""

import hashlib
import os
import stat
import subprocess
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig, ModelInstanceGroup
from typer.testing import CliRunner

from topology import settings
from topology.cli import app, models
from topology.models import repository, tensorrt

TINY = Path(__file__).parents[2] / "inference" / "data" / "tiny-encoder.onnx"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command in an empty folder, against a port where nothing listens."""
    monkeypatch.setenv("TRIPLEWIRE_TRITON", "127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    settings.settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(app, ["models", *map(str, arguments)])
    settings.settings.cache_clear()


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(models, "missing_for_tensorrt", lambda: "this host has no NVIDIA GPU")


@pytest.fixture
def trtexec(tmp_path, monkeypatch):
    """Puts a program named trtexec on PATH that notes its arguments and its folder."""
    program = tmp_path / "bin" / "trtexec"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\npwd > {tmp_path}/cwd\nprintf "%s\\n" "$@" > {tmp_path}/arguments\nexit ${{STATUS:-0}}\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return tmp_path


def test_list_shows_versions_in_order_with_sizes_hashes_and_labels(run, tmp_path, monkeypatch):
    for version in (2, 10):
        folder = tmp_path / "models" / "text_extraction" / str(version)
        folder.mkdir(parents=True)
        (folder / "weights.onnx").write_bytes(b"x" * version)
        (folder / "labels.json").write_text('{"relations": ["P169", "P112"], "version": "7", "buckets": [0, 1]}')
    monkeypatch.setenv("TRIPLEWIRE_MODELS", str(tmp_path / "models"))
    output = run("list").output
    assert output.index("text_extraction version 2:") < output.index("text_extraction version 10:")
    assert hashlib.sha256(b"xx").hexdigest() in output
    assert "relations 2: P169, P112" in output
    assert "Triton at 127.0.0.1:9: does not answer" in output


@pytest.mark.parametrize("broken", ["nowhere", "empty", "labels"])
def test_list_says_what_to_do_when_there_is_nothing_to_list(run, tmp_path, monkeypatch, broken):
    if broken != "nowhere":
        folder = tmp_path / broken / "m" / "1"
        folder.mkdir(parents=True)
        (folder / "labels.json").write_text("{") if broken == "labels" else folder.rmdir()
    monkeypatch.setenv("TRIPLEWIRE_MODELS", str(tmp_path / broken))
    result = run("list")
    assert result.exit_code == 1
    assert "set TRIPLEWIRE_MODELS" in result.output


def test_the_shipped_repository_has_the_model_the_workers_ask_for():
    assert "text_extraction" in {version.model for version in repository.versions(settings.settings().models)}


def test_the_configuration_is_one_that_triton_parses(run, tmp_path):
    assert run("compile", TINY, tmp_path / "plans").exit_code == 0
    config = text_format.Parse((tmp_path / "plans" / "text_encoder" / "config.pbtxt").read_text(), ModelConfig())
    assert (config.name, config.platform, config.max_batch_size) == ("text_encoder", "tensorrt_plan", 0)
    assert [(i.name, list(i.dims)) for i in config.input] == [
        (name, [-1, -1]) for name in ("input_ids", "case_ids", "attention_mask")
    ]
    assert [list(o.dims) for o in config.output] == [[-1, -1, 384]]
    assert config.instance_group[0].kind == ModelInstanceGroup.KIND_GPU
    assert set(config.model_warmup[0].inputs) == {i.name for i in config.input}


def test_the_script_calls_trtexec_on_the_copied_export_with_the_shapes(run, trtexec):
    result = run("compile", TINY, trtexec / "plans", "--max-windows", 16, "--max-pieces", 48)
    script = trtexec / "plans" / "text_encoder" / "compile.sh"
    assert str(script) in result.output.replace("\n", "")
    subprocess.run([script], check=True)
    assert (trtexec / "cwd").read_text().strip() == str(script.parent)
    assert (trtexec / "arguments").read_text().split() == [
        "--onnx=encoder.onnx",
        "--saveEngine=1/model.plan",
        "--stronglyTyped",
        "--minShapes=input_ids:1x3,case_ids:1x3,attention_mask:1x3",
        "--optShapes=input_ids:1x48,case_ids:1x48,attention_mask:1x48",
        "--maxShapes=input_ids:16x48,case_ids:16x48,attention_mask:16x48",
        "--skipInference",
    ]
    assert (script.parent / "encoder.onnx").read_bytes() == TINY.read_bytes()
    assert (script.parent / "1").is_dir()


@pytest.mark.usefixtures("no_gpu")
def test_run_without_a_gpu_is_refused_and_says_what_to_do(run, trtexec):
    result = run("compile", TINY, trtexec / "plans", "--run")
    assert result.exit_code == 1
    assert "no NVIDIA GPU. Copy the folder to the GPU host and run" in result.output
    assert not (trtexec / "arguments").exists()


def test_what_is_missing_is_named(tmp_path, monkeypatch):
    assert "no NVIDIA GPU" in models.missing_for_tensorrt(tmp_path)
    (tmp_path / "nvidia0").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(models, "IN_THE_IMAGE", tmp_path / "trtexec")
    assert "no trtexec on PATH" in models.missing_for_tensorrt(tmp_path)
    (tmp_path / "trtexec").touch()
    assert not models.missing_for_tensorrt(tmp_path)


@pytest.mark.parametrize("status", [0, 3])
def test_run_reports_how_trtexec_ended(run, trtexec, monkeypatch, status):
    monkeypatch.setattr(models, "missing_for_tensorrt", lambda: "")
    monkeypatch.setenv("STATUS", str(status))
    result = run("compile", TINY, trtexec / "plans", "--run")
    assert result.exit_code == (1 if status else 0)
    assert ("built" if status == 0 else "trtexec exited with status 3") in result.output


def test_what_is_no_encoder_is_refused(run, tmp_path):
    other = tmp_path / "other.onnx"
    other.write_bytes(b"no model")
    result = run("compile", other, tmp_path / "plans")
    assert result.exit_code == 1
    assert "is not a readable ONNX model" in result.output
    assert not (tmp_path / "plans").exists()


@pytest.mark.parametrize("shape", [("batch", 3), ("pieces",), (1, "pieces", 4), (1, 8), ()])
def test_an_input_of_another_shape_is_refused(shape):
    signature = tensorrt.Signature((tensorrt.Tensor("x", "INT32", shape),), ())
    with pytest.raises(tensorrt.UnsupportedModelError, match="input x has shape"):
        tensorrt.trtexec(signature, tensorrt.Profile())


def test_a_fixed_number_of_windows_stays_fixed():
    signature = tensorrt.Signature((tensorrt.Tensor("x", "INT32", (1, "pieces")),), ())
    assert "--maxShapes=x:1x192" in tensorrt.trtexec(signature, tensorrt.Profile())
