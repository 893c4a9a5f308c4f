"""Tables in half precision: half the file, the same answers."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from inference.training.common.half import keep_in_half  # noqa: E402

pytestmark = pytest.mark.training


def test_a_file_is_half_as_large_and_answers_the_same(tmp_path):
    rng = np.random.default_rng(1)
    tables = {"large": rng.normal(size=(64, 64)).astype(np.float32), "small": rng.normal(size=64).astype(np.float32)}
    helper = onnx.helper
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "large"], ["y"]), helper.make_node("Add", ["y", "small"], ["z"])],
        "graph",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 64])],
        [helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, [1, 64])],
        [onnx.numpy_helper.from_array(table, name) for name, table in tables.items()],
    )
    path = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    before, size = path.read_bytes(), path.stat().st_size
    keep_in_half(path)
    assert path.stat().st_size < 0.6 * size
    x = {"x": rng.normal(size=(1, 64)).astype(np.float32)}
    whole, half = (onnxruntime.InferenceSession(each).run(None, x)[0] for each in (before, path.read_bytes()))
    assert np.abs(whole - half).max() < 0.02
    assert not np.array_equal(whole, half)
