"""What is exported computes what was trained, and says so in the served labels."""

import copy
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")

from inference.training.common.calibrate import Calibration, Line  # noqa: E402
from inference.training.text.annotated.reading import MODALITIES  # noqa: E402
from inference.training.text.batches import collate  # noqa: E402
from inference.training.text.export import files as export  # noqa: E402
from inference.training.text.export.pairs import LeanPairs  # noqa: E402
from inference.training.text.measure.relations import pair_scores  # noqa: E402
from inference.training.text.model import JointModel  # noqa: E402
from inference.training.text.served import Served  # noqa: E402
from inference.training.text.trainer import TextTrainingPlan, train  # noqa: E402
from inference.triton.served_code import served_code  # noqa: E402
from tests.inference.training.text.tiny import MODEL, ONTOLOGY, PAIRS, SHAPE, examples  # noqa: E402
from topology.settings import REPOSITORY  # noqa: E402

pytestmark = [
    pytest.mark.training,
    pytest.mark.filterwarnings("ignore:.*legacy TorchScript.*"),
    pytest.mark.filterwarnings("ignore:.*TracerWarning.*"),
]

CODE = REPOSITORY / "triton_models" / "text_extraction" / "1"


@pytest.fixture(scope="module")
def data():
    return examples(30)


@pytest.fixture(scope="module")
def model(data, tmp_path_factory):
    torch.manual_seed(7)
    model = JointModel.of(ONTOLOGY, SHAPE, PAIRS)
    how = TextTrainingPlan(steps=60, pieces=256, encoder_rate=3e-3, head_rate=3e-3)
    train(model, data, how, tmp_path_factory.mktemp("run"), lambda _: None)
    return model


def run(path, example):
    """As it is served: without what the reader asks of onnxruntime, int8 is off on processors without VNNI."""
    feeds = {"input_ids": example.ids[None], "case_ids": example.cases[None]}
    return served_code(CODE, "reader").session(path, 1).run(["emissions", "hidden"], feeds)


@pytest.mark.parametrize(("precision", "tolerance"), [("fp32", 1e-4), ("fp16", 0.02), ("int8", 0.5)])
def test_the_encoder_survives_export(model, data, tmp_path, precision, tolerance):
    path = tmp_path / "encoder.onnx"
    export.export_encoder(model, path, precision)
    batch = collate(data[:1], bf16=False)
    with torch.no_grad():
        hidden = model.encoder(batch.ids, batch.cases)
        wanted = model.emissions(hidden).numpy()
    emissions, vectors = run(path, data[0])
    assert emissions.shape == wanted.shape
    assert vectors.shape == tuple(hidden.shape)
    assert np.abs(emissions - wanted).max() < tolerance
    assert np.corrcoef(emissions.ravel(), wanted.ravel())[0, 1] > 0.99


def test_the_gpu_export_takes_several_windows(model, data, tmp_path):
    path = tmp_path / "encoder.onnx"
    export.export_encoder(model, path, "fp16")
    short = next(e for e in data if len(e.ids) == len(data[1].ids) and e is not data[1])
    together = onnxruntime.InferenceSession(str(path)).run(
        ["emissions"],
        {"input_ids": np.stack([data[1].ids, short.ids]), "case_ids": np.stack([data[1].cases, short.cases])},
    )[0]
    assert np.abs(together[1] - run(path, short)[0][0]).max() < 0.01


def inputs_of(example):
    task = collate([example], bf16=False).tasks[0]
    return torch.randn(len(example.word_pieces), SHAPE.width), *places_of(task)


def places_of(task):
    return task.first, task.last, task.pool, task.kinds, task.pairs, task.steps, task.spans, task.covers


def test_the_pair_head_scores_as_before(model, data, tmp_path):
    export.export_pairs(model, tmp_path / "pairs.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "pairs.onnx"))
    for example in data[:5]:
        inputs = inputs_of(example)
        with torch.no_grad():
            wanted = [each.numpy() for each in model.pairs.eval()(*inputs)]
        names = [each.name for each in session.get_inputs()]
        feeds = dict(zip(names, (each.numpy() for each in inputs), strict=True))
        found = session.run(["scores", "modality"], feeds)
        assert len(wanted[0]) > 1
        assert wanted[1].shape[1] == len(MODALITIES)
        for one, other in zip(found, wanted, strict=True):
            assert np.abs(one - other).max() < 2e-3  # tables are kept in half precision


def test_only_the_heaviest_products_are_kept(model, data):
    head = copy.deepcopy(model.pairs).eval()
    inputs = inputs_of(data[0])
    with torch.no_grad():
        weights = head.hidden.weight[:, 3 * PAIRS.width :]
        lightest = weights.norm(dim=0).argsort()[: weights.shape[1] - 20]
        kept, whole = LeanPairs(head, 20)(*inputs)[0], head(*inputs)[0]
        weights[:, lightest] = 0
        assert torch.allclose(kept, head(*inputs)[0], atol=1e-4)
    assert not torch.allclose(kept, whole, atol=1e-3)


def test_int8_finds_the_trained_facts(model, data, tmp_path):
    calibration = Calibration((Line(1.5, -0.25),))
    export.export_all(model, ONTOLOGY, MODEL / "tokenizer.json", tmp_path, calibration=calibration, version="tiny")
    labels = json.loads((tmp_path / "labels.json").read_text())
    assert labels["version"] == "tiny"
    assert labels["relations"] == [r.id for r in ONTOLOGY.relations]
    served = Served(tmp_path, MODEL)
    p169 = served.relations.index("P169")
    said = [bool((pair_scores(served, e)[:, p169] > 0.5).any()) for e in data[:10]]
    assert said == [bool(e.positive[:, p169].any()) for e in data[:10]]
    assert any(said)
    assert not all(said)
    task = collate(data[:1], bf16=False).tasks[0]
    with torch.no_grad():
        hidden = model.encoder(*(t[None] for t in map(torch.from_numpy, (data[0].ids, data[0].cases))))[0]
        raw, _ = model.pairs(hidden[data[0].word_pieces], *places_of(task))
    wanted = 1 / (1 + np.exp(-(1.5 * raw.numpy() - 0.25)))
    scores = pair_scores(served, data[0])
    assert (scores > 0).any()
    assert np.abs((scores - wanted)[scores > 0]).max() < 0.15
