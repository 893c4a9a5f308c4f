"""`data/tiny-encoder.onnx` was written by the onnx library: a Gather from a table of one row."""

from pathlib import Path

import pytest

from inference.triton.signatures import NotOnnxError, Tensor, read_signature

TINY = Path(__file__).parents[1] / "data" / "tiny-encoder.onnx"


def test_inputs_and_outputs_are_read_as_the_onnx_library_wrote_them():
    signature = read_signature(TINY)
    assert signature.inputs == tuple(
        Tensor(name, "INT64", ("batch", "pieces")) for name in ("input_ids", "case_ids", "attention_mask")
    )
    assert signature.outputs == (Tensor("hidden", "FP16", ("batch", "pieces", 384)),)


@pytest.mark.parametrize("size", [0, 1, 40, 700, 1000])
def test_a_cut_file_is_refused(tmp_path, size):
    cut = tmp_path / "cut.onnx"
    cut.write_bytes(TINY.read_bytes()[:size])
    with pytest.raises(NotOnnxError, match=r"cut\.onnx is not a readable ONNX model"):
        read_signature(cut)


@pytest.mark.parametrize("content", [b"not a model at all", b"\xff" * 64, b"\x3a\x00"])
def test_what_is_no_model_is_refused(tmp_path, content):
    other = tmp_path / "other.onnx"
    other.write_bytes(content)
    with pytest.raises(NotOnnxError):
        read_signature(other)


def test_an_element_type_that_no_text_model_has_is_named(tmp_path):
    # elem_type is field 1 of the tensor type: the first input's is INT64 (7); 16 is bfloat16.
    content = TINY.read_bytes().replace(b"\x08\x07\x12", b"\x08\x10\x12", 1)
    other = tmp_path / "other.onnx"
    other.write_bytes(content)
    with pytest.raises(NotOnnxError, match="input_ids has element type 16"):
        read_signature(other)
