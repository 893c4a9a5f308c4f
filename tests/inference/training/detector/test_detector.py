"""The detector's training reads COCO128's form, and its exports become what Triton serves."""

import json

import pytest

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper  # noqa: E402

from inference.training.detector import run as detector  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture
def data(tmp_path):
    root = tmp_path / "data"
    (root / "images" / "train2017").mkdir(parents=True)
    labels = root / "object_detection" / "labels" / "train2017"
    labels.mkdir(parents=True)
    for name in ("1", "2"):
        (root / "images" / "train2017" / f"{name}.jpg").write_bytes(b"jpeg")
    (labels / "1.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (root / "object_detection" / "config.yaml").write_text("names:\n  1: flag\n  0: person\n")
    return root


def test_pictures_and_labels_are_laid_side_by_side(data, tmp_path):
    config = detector._layout(data, tmp_path / "work")
    text = config.read_text()
    assert "person" in text
    assert detector.classes_of(data) == ["person", "flag"]
    root = config.parent
    assert sorted(p.name for p in (root / "images").iterdir()) == ["1.jpg", "2.jpg"]
    assert [p.name for p in (root / "labels").iterdir()] == ["1.txt"]
    assert (root / "images" / "1.jpg").read_bytes() == b"jpeg"


def test_a_folder_of_another_form_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no config\.yaml"):
        detector.classes_of(tmp_path)


@pytest.mark.parametrize("shape, layout", [((1, 6 + 4, 21), "rows"), ((1, 300, 6), "end-to-end")])
def test_an_export_is_described_as_it_says_itself(tmp_path, shape, layout):
    given = helper.make_tensor_value_info("images", TensorProto.FLOAT, (1, 3, 32, 32))
    answer = helper.make_tensor_value_info("output0", TensorProto.FLOAT, shape)
    node = helper.make_node(
        "ConstantOfShape", ["size"], ["output0"], value=helper.make_tensor("v", TensorProto.FLOAT, [1], [0.0])
    )
    size = helper.make_tensor("size", TensorProto.INT64, [3], shape)
    graph = helper.make_graph([node], "export", [given], [answer], [size])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {"names": "{1: 'flag', 0: 'person'}"})
    onnx.save(model, tmp_path / "best.onnx")
    detector.describe(tmp_path / "best.onnx", tmp_path / "out", "ours", "7")
    network = json.loads((tmp_path / "out" / "network.json").read_text())
    assert (network["layout"], network["side"], network["labels"]) == (layout, 32, ["person", "flag"])
    assert (network["name"], network["version"]) == ("ours", "7")
    assert (network["input"], network["output"]) == ("images", "output0")
    assert (tmp_path / "out" / "network.onnx").read_bytes() == (tmp_path / "best.onnx").read_bytes()
