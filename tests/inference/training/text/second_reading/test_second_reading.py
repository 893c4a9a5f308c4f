"""The second reading: what it may look at, that it learns, and that what is served is what was trained."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")

from inference.training.common.calibrate import Calibration, Line  # noqa: E402
from inference.training.text.export import files  # noqa: E402
from inference.training.text.measure.relations import pair_scores  # noqa: E402
from inference.training.text.model import JointModel  # noqa: E402
from inference.training.text.outputs import outputs_of  # noqa: E402
from inference.training.text.second_reading import export  # noqa: E402
from inference.training.text.second_reading.lean import LeanReading  # noqa: E402
from inference.training.text.second_reading.network import SecondReading, SecondShape, states  # noqa: E402
from inference.training.text.second_reading.pairs import MOST_LIKELY, chosen, markers  # noqa: E402
from inference.training.text.second_reading.trainer import SecondPlan, losses, train  # noqa: E402
from inference.training.text.served import Served  # noqa: E402
from tests.inference.training.text.tiny import MODEL, ONTOLOGY, PAIRS, SHAPE, examples  # noqa: E402

pytestmark = [
    pytest.mark.training,
    pytest.mark.filterwarnings("ignore:.*legacy TorchScript.*"),
    pytest.mark.filterwarnings("ignore:.*TracerWarning.*"),
]

OUTPUTS = outputs_of(ONTOLOGY)
SECOND = SecondShape(SHAPE.layers, len(OUTPUTS.types), OUTPUTS.columns)
PLAN = SecondPlan(steps=60, tokens=256, repeats={"tiny": 1.0}, layer_rate=3e-3, head_rate=3e-3, masked=0.0)
P169 = OUTPUTS.relations.index("P169")


@pytest.fixture(scope="module")
def text():
    torch.manual_seed(7)
    return JointModel.of(ONTOLOGY, SHAPE, PAIRS).eval()


@pytest.fixture(scope="module")
def windows():
    return [markers(each, np.full(each.positive.shape, 0.5, np.float32)) for each in examples(30)]


def untrained(text):
    torch.manual_seed(1)
    return SecondReading(SECOND, text.encoder)


@pytest.fixture(scope="module")
def trained(text, windows, tmp_path_factory):
    model = untrained(text)
    train(model, text.encoder, windows, PLAN, work=tmp_path_factory.mktemp("run"), report=lambda _: None)
    return model


def read(model, text, window, rows=slice(None)):
    """Returns scores and modality of some pairs of a window."""
    ids, cases = (torch.from_numpy(each.astype(np.int64))[None] for each in (window.example.ids, window.example.cases))
    flat = (torch.from_numpy(each[rows].reshape(1, -1)) for each in (window.kinds, window.places))
    with torch.no_grad():
        scores, modality = model(states(text.encoder, SECOND.layers, ids, cases), *flat)
    return scores[0], modality[0]


def test_its_layers_go_on_where_the_encoder_is(text, windows):
    one = windows[0].example
    ids, cases = (torch.from_numpy(each.astype(np.int64))[None] for each in (one.ids, one.cases))
    with torch.no_grad():
        last = states(text.encoder, 1, ids, cases)[0]
        assert torch.allclose(text.encoder.layers[-1](last, None), text.encoder(ids, cases), atol=1e-6)


def test_no_pair_depends_on_another(text, windows):
    model = untrained(text).eval()
    together, _ = read(model, text, windows[0])
    assert len(together) > 1
    for row in range(len(together)):
        assert torch.allclose(read(model, text, windows[0], [row])[0][0], together[row], atol=1e-5)
    assert not torch.allclose(together[0], together[1], atol=1e-3)


def test_padding_changes_nothing(text, windows):
    model = untrained(text).eval()
    short, long = sorted(windows[:8], key=lambda each: len(each.example.ids))[::7]
    assert len(short.example.ids) < len(long.example.ids)
    whole = [(each, np.arange(len(each.kinds))) for each in (short, long)]
    alone = [losses(model, text.encoder, [each])[0].item() * len(each[1]) for each in whole]
    together = losses(model, text.encoder, whole)[0].item() * sum(len(rows) for _, rows in whole)
    assert together == pytest.approx(sum(alone), rel=1e-4)


def test_it_learns_and_leaves_the_encoder_alone(text, trained, windows, tmp_path):
    before = {name: each.clone() for name, each in text.state_dict().items()}
    said = [(read(trained, text, each)[0].numpy() > 0) & each.example.known for each in windows[:10]]
    said = [bool(each[:, P169].any()) for each in said]
    assert said == [bool(each.example.positive[:, P169].any()) for each in windows[:10]]
    assert 0 < sum(said) < len(said)
    train(untrained(text), text.encoder, windows, PLAN, work=tmp_path, report=lambda _: None)
    assert all(torch.equal(each, before[name]) for name, each in text.state_dict().items())


class Stopped(Exception):  # noqa: N818
    """The run was stopped."""


def test_a_run_that_was_stopped_ends_with_the_same_weights(text, trained, windows, tmp_path):
    how = SecondPlan(**{**vars(PLAN), "save_every": 0.0})

    def stop(report):
        if report.step == 20:
            raise Stopped

    with pytest.raises(Stopped):
        train(untrained(text), text.encoder, windows, how, work=tmp_path, report=stop)
    resumed = untrained(text)
    train(resumed, text.encoder, windows, how, work=tmp_path, report=lambda _: None)
    for name, each in trained.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], each), name


def test_an_epoch_reads_all_that_is_related_and_some_of_what_is_not(windows):
    rng = np.random.default_rng(1)
    window = next(each for each in windows if each.example.positive.any())
    related = set(np.flatnonzero(window.example.positive.any(axis=1)))
    rows = set(chosen(window, rng).tolist())
    assert related <= rows
    assert len(rows - related) == min(MOST_LIKELY, len(window.kinds) - len(related))


@pytest.fixture(scope="module")
def folder(text, trained, tmp_path_factory):
    """A version folder with a first reading that is unsure of everything, and the trained second one."""
    folder = tmp_path_factory.mktemp("version")
    files.export_all(
        text, ONTOLOGY, MODEL / "tokenizer.json", folder, calibration=Calibration((Line(0.0, 0.0),)), version="tiny"
    )
    export.export_second_reading(trained, folder / export.FILE)
    export.write_labels(folder, SECOND.layers, [Line()] * SECOND.columns, "tiny.2")
    return folder


def with_share(folder, to, share):
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    labels = json.loads((folder / "labels.json").read_text())
    labels["second_reading"]["share"] = share
    (to / "labels.json").write_text(json.dumps(labels))
    return Served(to, MODEL)


def test_what_is_served_is_what_was_trained(text, trained, windows, folder, tmp_path):
    assert json.loads((folder / "labels.json").read_text())["version"] == "tiny.2"
    served = with_share(folder, tmp_path, 1.0)
    for window in windows[:6]:
        found = pair_scores(served, window.example)
        wanted = torch.sigmoid(read(trained, text, window)[0]).numpy()
        assert (found > 0).any()
        assert np.abs(found - wanted)[found > 0].max() < 0.2  # int8
        assert np.corrcoef(found[found > 0], wanted[found > 0])[0, 1] > 0.99


def test_the_lean_graph_computes_the_same(text, trained, windows):
    window = windows[0]
    ids, cases = (torch.from_numpy(each.astype(np.int64))[None] for each in (window.example.ids, window.example.cases))
    with torch.no_grad():
        seen = states(text.encoder, SECOND.layers, ids, cases)[:, 0]
        flat = (torch.from_numpy(each.reshape(-1)) for each in (window.kinds, window.places))
        found = LeanReading(trained.eval())(seen, *flat)
    for one, wanted in zip(found, read(trained, text, window), strict=True):
        assert torch.allclose(one, wanted, atol=1e-4)


def test_both_readings_count_by_their_share(windows, folder, tmp_path):
    whole, half = (pair_scores(with_share(folder, tmp_path, share), windows[0].example) for share in (1.0, 0.5))
    whole, half = (np.log(each[whole > 0] / (1 - each[whole > 0])) for each in (whole, half))
    assert len(whole)
    assert np.allclose(half, whole / 2, atol=1e-4)  # the first reading's log-odds are 0


def test_what_the_first_reading_rules_out_is_not_read_again(windows, folder, tmp_path):
    served = with_share(folder, tmp_path, 1.0)
    served.reader._offset = np.float32(-9)
    assert pair_scores(served, windows[0].example).max() < 0.001


def test_the_gpu_export_has_what_the_second_reading_needs(text, windows, tmp_path):
    files.export_encoder(text, tmp_path / "encoder.onnx", "fp16")
    one = windows[0].example
    feeds = {"input_ids": np.stack([one.ids] * 2), "case_ids": np.stack([one.cases] * 2)}
    (found,) = onnxruntime.InferenceSession(str(tmp_path / "encoder.onnx")).run(["states"], feeds)
    ids, cases = (torch.from_numpy(each.astype(np.int64)) for each in feeds.values())
    with torch.no_grad():
        wanted = states(text.encoder, files.SECOND_LAYERS, ids, cases).transpose(0, 1).numpy()
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < 0.05
