import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from inference.triton.copy_shared import REPOSITORY, SOURCES, USERS, copies
from inference.triton.served_code import served_code
from inference.triton.shared import onnx_session

PRECISE = "session.x64quantprecision"
SPINNING = "session.intra_op.allow_spinning"

OPTIONS = {
    ("link_prediction", "link_scores"): {},
    ("next_entity", "scorer"): {},
    ("object_detection", "sessions"): {},
    ("object_relations", "relations"): {},
    ("text_embedding", "embedder"): {PRECISE: "1"},
    ("text_extraction", "reader"): {PRECISE: "1", SPINNING: "0"},
    ("text_extraction_zh", "zh_reader"): {PRECISE: "1", SPINNING: "0"},
}
"""By model and module: what differs from onnxruntime's defaults in the sessions that it opens."""


@pytest.mark.parametrize(("source", "copy"), [*copies()], ids=lambda path: f"{path.parents[1].name}/{path.name}")
def test_every_copy_equals_its_source(source, copy):
    assert copy.read_bytes() == source.read_bytes(), "run `make shared-code`"


def test_every_source_is_copied():
    assert {path.name for path in SOURCES.glob("*.py")} - {"__init__.py"} == USERS.keys()


def test_no_version_folder_opens_sessions_in_its_own_way():
    opening = {p.name for p in REPOSITORY.rglob("*.py") if "InferenceSession(" in p.read_text(encoding="utf-8")}
    assert opening == {"onnx_session.py"}


def test_no_version_folder_reaches_into_another():
    assert [p for p in REPOSITORY.rglob("*.py") if "parents[2]" in p.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("saturates", [True, False])
@pytest.mark.parametrize(("model", "module"), OPTIONS)
def test_each_model_keeps_its_session_options(model, module, saturates, monkeypatch):
    """Precise mode is asked for by those that need it, and only where sums would saturate."""
    opened = []

    class Options:
        def __init__(self):
            self.entries = {}

        def add_session_config_entry(self, name, value):
            self.entries[name] = value

    def session(path, options, providers):
        opened.append((Path(path), options, providers))

    monkeypatch.setitem(sys.modules, "onnxruntime", SimpleNamespace(SessionOptions=Options, InferenceSession=session))
    folder = REPOSITORY / model / "1"
    monkeypatch.setattr(served_code(folder, "onnx_session"), "saturates", lambda: saturates)
    served_code(folder, module).session(folder, 3)
    ((path, options, providers),) = opened
    assert path.is_relative_to(folder)
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    expected = {name: value for name, value in OPTIONS[model, module].items() if name != PRECISE or saturates}
    assert options.entries == expected
    assert providers == ["CPUExecutionProvider"]


@pytest.mark.parametrize("rows", [1, 3, 24])
def test_sums_of_bytes_are_exact_on_this_processor_whichever_it_is(rows, tmp_path):
    """Weights of 127 and activations of 255: pairs of products are as large as they can be."""
    (tmp_path / "product.onnx").write_bytes(onnx_session.PRODUCT)
    session = onnx_session.open_session(tmp_path / "product.onnx", 1, precise=True, spinning=False)
    (sums,) = session.run(None, {"a": np.full((rows, 64), 255, np.uint8)})
    assert (sums == 64 * 255 * 127).all()


def test_it_is_known_whether_sums_would_saturate(tmp_path):
    """Taking it for so where it is not costs the encoder as much time again, and changes nothing else."""
    (tmp_path / "product.onnx").write_bytes(onnx_session.PRODUCT)
    session = onnx_session.open_session(tmp_path / "product.onnx", 1, precise=False, spinning=False)
    (sums,) = session.run(None, {"a": np.full((24, 64), 255, np.uint8)})
    assert onnx_session.saturates() == (sums.max() < 64 * 255 * 127)


@pytest.mark.skipif(onnx_session.saturates(), reason="without VNNI only precise mode is right")
def test_where_sums_are_exact_precise_mode_changes_no_bit(monkeypatch):
    """So leaving it out changes nothing that was read before, here or where it is still needed."""
    encoder = REPOSITORY / "text_extraction" / "1" / "encoder.onnx"
    chance = np.random.default_rng(5)
    read = []
    for saturates in (False, True):
        monkeypatch.setattr(onnx_session, "saturates", lambda answer=saturates: answer)
        read.append(onnx_session.open_session(encoder, 1, precise=True, spinning=False))
    for pieces in (2, 3, 24, 191):
        ids = chance.integers(1000, 20000, (1, pieces), np.int32)
        feeds = {"input_ids": ids, "case_ids": chance.integers(0, 8, (1, pieces), np.int32)}
        with_vnni, precise = (session.run(["emissions", "hidden"], feeds) for session in read)
        assert [array.tobytes() for array in with_vnni] == [array.tobytes() for array in precise]
