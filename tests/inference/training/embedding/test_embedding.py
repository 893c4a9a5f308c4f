"""The served sentence encoder says what its makers' does, and the command makes it again."""

import numpy as np
import pytest

from inference.text_embedding.pieces import SentencePieces
from inference.triton.served_code import served_code
from topology.settings import REPOSITORY

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

FOLDER = REPOSITORY / "triton_models" / "text_embedding" / "1"
TEXTS = ["Sanae Takaichi (person)", "Rotterdam (location)", "Deutsche Bahn (organization)", "x (misc)"]


def test_int8_vectors_are_near_those_of_the_weights(tmp_path):
    from inference.training.common.vectors import text_modality  # noqa: PLC0415

    served = served_code(FOLDER, "embedder")
    labels = {"width": 384, "pieces": 64, "vocabulary": 30522}
    pieces = SentencePieces(FOLDER / "tokenizer.json").of(TEXTS)
    embedder = served.Embedder(labels, served.session(FOLDER, 1))
    ours = embedder.vectors(np.array([i for text in pieces for i in text]), np.array([len(p) for p in pieces]))
    theirs = text_modality(TEXTS, tmp_path).vectors
    assert np.sum(ours * theirs, axis=1).min() > 0.97
    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 0.06


def test_the_command_writes_the_shipped_files(tmp_path):
    from inference.training.embedding.export import export  # noqa: PLC0415

    export(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder.onnx", "labels.json", "tokenizer.json"]
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name
