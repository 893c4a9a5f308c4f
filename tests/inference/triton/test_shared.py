import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from inference.triton.copy_shared import REPOSITORY, SOURCES, USERS, copies
from inference.triton.served_code import served_code

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


@pytest.mark.parametrize(("model", "module"), OPTIONS)
def test_each_model_keeps_its_session_options(model, module, monkeypatch):
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
    served_code(folder, module).session(folder, 3)
    ((path, options, providers),) = opened
    assert path.is_relative_to(folder)
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    assert options.entries == OPTIONS[model, module]
    assert providers == ["CPUExecutionProvider"]
