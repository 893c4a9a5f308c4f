"""The pretrained encoder's weights are found in its graph."""

from pathlib import Path
from zipfile import ZipFile

import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from inference.training.text import e5  # noqa: E402
from topology.local import artifacts  # noqa: E402

pytestmark = pytest.mark.training


def test_matrices_are_named_after_the_node_that_multiplies_with_them(monkeypatch, tmp_path):
    matrix, bias = torch.arange(6.0).view(2, 3), torch.arange(3.0)
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node(
                "MatMul", ["x", "onnx::MatMul_7"], ["y"], "/encoder/layer.0/attention/self/query/MatMul"
            ),
            onnx.helper.make_node("MatMul", ["y", "y"], ["z"], "/encoder/layer.0/attention/self/MatMul"),
        ],
        "g",
        [onnx.helper.make_tensor_value_info("x", 1, [1, 2])],
        [onnx.helper.make_tensor_value_info("z", 1, [1, 3])],
        [
            onnx.numpy_helper.from_array(matrix.numpy(), "onnx::MatMul_7"),
            onnx.numpy_helper.from_array(bias.numpy(), "encoder.layer.0.attention.self.query.bias"),
        ],
    )
    jar = tmp_path / artifacts.jars(e5.PACKAGE)[0].file
    with ZipFile(jar, "w") as archive:
        archive.writestr(e5.FILE, onnx.helper.make_model(graph).SerializeToString())
    monkeypatch.setattr(artifacts, "fetch", lambda _name, _cache: tmp_path)
    weights = e5.e5_weights(Path("unused"))
    assert weights.keys() == {f"encoder.layer.0.attention.self.query.{part}" for part in ("weight", "bias")}
    assert torch.equal(weights["encoder.layer.0.attention.self.query.weight"], matrix.t())
    assert e5.digest(weights) != e5.digest({name: value + 1 for name, value in weights.items()})
