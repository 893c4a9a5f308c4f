"""Happenings end to end: a tiny model learns them, is exported, and the service's own code reads them."""

import asyncio
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")

from inference.evaluation.local_client import LocalClient  # noqa: E402
from inference.text.language.words import WordTokenizer  # noqa: E402
from inference.text.types import TextDocument  # noqa: E402
from inference.text_extraction.extractor import TextExtractor  # noqa: E402
from inference.text_extraction.routes import english_route  # noqa: E402
from inference.training.common.calibrate import Calibration, Line  # noqa: E402
from inference.training.text.batches import collate  # noqa: E402
from inference.training.text.export import files as export  # noqa: E402
from inference.training.text.export import finish  # noqa: E402
from inference.training.text.measure.relations import pair_scores  # noqa: E402
from inference.training.text.model import JointModel  # noqa: E402
from inference.training.text.served import Served  # noqa: E402
from inference.training.text.trainer import TextTrainingPlan, train  # noqa: E402
from tests.inference.training.text.happenings.world import MODEL, ONTOLOGY, examples, passages  # noqa: E402
from tests.inference.training.text.tiny import PAIRS, SHAPE  # noqa: E402
from topology.ontology import Ontology  # noqa: E402

pytestmark = [
    pytest.mark.training,
    pytest.mark.filterwarnings("ignore:.*legacy TorchScript.*"),
    pytest.mark.filterwarnings("ignore:.*TracerWarning.*"),
]

STEPS = 150


@pytest.fixture(scope="module")
def data():
    return examples(48)


@pytest.fixture(scope="module")
def model(data, tmp_path_factory):
    torch.manual_seed(7)
    model = JointModel.of(ONTOLOGY, SHAPE, PAIRS)
    how = TextTrainingPlan(steps=STEPS, pieces=384, encoder_rate=3e-3, head_rate=3e-3, class_weight=1.0)
    train(model, data, how, tmp_path_factory.mktemp("run"), lambda _: None)
    return model.eval()


@pytest.fixture(scope="module")
def folder(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    lines = Calibration((Line(),) * (len(ONTOLOGY.relations) + 9), Line(), Line(0.5, 0.25))
    export.export_all(model, ONTOLOGY, MODEL / "tokenizer.json", folder, calibration=lines, version="tiny")
    return folder


@pytest.fixture(scope="module")
def extractor(folder):
    tokenizer = WordTokenizer(folder / "tokenizer.json")
    return TextExtractor({"en": english_route(tokenizer, LocalClient(folder, tokenizer, code=MODEL))}, ONTOLOGY)


def read(extractor, text):
    (found,) = asyncio.run(extractor.extract([TextDocument("a", "", text)]))
    return found


def parts(found, happening):
    return {(role.role, found.mentions[role.mention].text) for role in happening.roles if role.score >= 0.5}


def test_an_attack_is_found_with_who_where_and_how_many(extractor):
    found = read(extractor, "Boko Haram bombed Kyiv, killing at least 26 people.")
    (happening,) = found.happenings
    assert (happening.kind, happening.trigger.text, happening.modality) == ("attack", "bombed", "asserted")
    assert happening.trigger.type == "happening"
    assert parts(found, happening) == {("who", "Boko Haram"), ("where", "Kyiv"), ("killed", "at least 26")}
    (killed,) = (role for role in happening.roles if role.role == "killed" and role.score >= 0.5)
    assert (killed.value.value, killed.value.qualifier) == ("26", "at least")
    assert 0 < happening.score <= 1


def test_a_planned_acquisition_is_planned(extractor):
    found = read(extractor, "Globex will buy Initech of Oslo.")
    (happening,) = found.happenings
    assert (happening.kind, happening.trigger.text, happening.modality) == ("acquisition", "buy", "planned")
    assert {("who", "Globex"), ("whom", "Initech")} <= parts(found, happening)


def test_nothing_happens_where_nothing_is_told(extractor):
    found = read(extractor, "Acme is based in Oslo.")
    assert found.happenings == ()
    assert {mention.text for mention in found.mentions} == {"Acme", "Oslo"}


def test_a_trigger_is_never_among_the_mentions(extractor):
    for passage in passages(6, seed=3):
        found = read(extractor, passage.text)
        assert "happening" not in {mention.type for mention in found.mentions}
        assert not {"bombed", "buy"} & {mention.text for mention in found.mentions}


def test_two_triggers_of_the_same_words_are_read_apart(extractor, monkeypatch):
    # The little model gives each the other's roles too, by which they would be joined.
    monkeypatch.setattr("inference.text_extraction.happenings.joined", lambda happenings, _: tuple(happenings))
    found = read(extractor, "Hamas bombed Oslo, killing 12 people. Hezbollah bombed Quito, killing 30 people.")
    assert [(one.kind, one.trigger.text) for one in found.happenings] == [("attack", "bombed")] * 2
    assert len({one.trigger.span for one in found.happenings}) == 2


def test_the_labels_say_what_the_weights_know(folder):
    labels = json.loads((folder / "labels.json").read_text())
    assert labels["entity_types"] == [*(t.name for t in ONTOLOGY.entity_types), "happening"]
    assert labels["relations"] == [r.id for r in ONTOLOGY.relations]
    happenings = labels["happenings"]
    assert happenings["classes"] == [h.id for h in ONTOLOGY.happenings]
    assert happenings["fillers"]["attack"]["killed"] == ["quantity"]
    assert happenings["calibration"] == {"slope": 0.5, "offset": 0.25}


def test_the_served_head_computes_what_was_trained(model, folder, data):
    example = next(e for e in data if len(e.triggers))
    words = torch.randn(len(example.word_pieces), SHAPE.width)
    first, last = (torch.from_numpy(example.triggers[:, i]) for i in (0, 1))
    with torch.no_grad():
        wanted = [each.numpy() for each in model.triggers(words, first, last)]
    session = onnxruntime.InferenceSession(str(folder / "triggers.onnx"))
    feeds = {"words": words.numpy(), "first": first.numpy(), "last": last.numpy()}
    for one, other in zip(session.run(["classes", "modality"], feeds), wanted, strict=True):
        assert np.abs(one - other).max() < 2e-3  # tables are kept in half precision


def test_roles_are_columns_after_the_relations(folder, data):
    served = Served(folder, MODEL)
    example = next(e for e in data if len(e.triggers))
    scores = pair_scores(served, example)
    assert scores.shape == example.positive.shape == (len(example.pairs), len(served.relations) + len(served.roles))
    assert (scores[example.positive] > 0.5).all()


def test_triggers_and_roles_are_calibrated(model, data, tmp_path, monkeypatch):
    monkeypatch.setattr(finish, "trained_model", lambda *_: model)
    monkeypatch.setattr(finish, "_mentions", lambda *_: Line())
    lines = []
    found = finish.finish(
        ONTOLOGY, tmp_path, data, finish.Place(tmp_path, MODEL, MODEL / "tokenizer.json"), version="t", log=lines.append
    )
    assert len(found.relations) == len(ONTOLOGY.relations) + 9
    labels = json.loads((tmp_path / "labels.json").read_text())
    assert len(labels["calibration"]["slope"]) == len(found.relations)


def test_a_batch_without_triggers_has_no_loss_of_theirs(model, data):
    quiet = [e for e in data if not len(e.triggers)][:2]
    losses = model(collate(quiet, bf16=False))
    assert losses.classes == losses.trigger_modality == 0
    told = model(collate(data[:3], bf16=False))
    assert told.classes > 0


def test_an_ontology_without_happenings_makes_a_model_without(tmp_path):
    plain = Ontology(entity_types=ONTOLOGY.entity_types, relations=ONTOLOGY.relations)
    model = JointModel.of(plain, SHAPE, PAIRS).eval()
    assert model.triggers is None
    lines = Calibration((Line(),) * len(plain.relations))
    export.export_all(model, plain, MODEL / "tokenizer.json", tmp_path, calibration=lines, version="plain")
    assert not (tmp_path / "triggers.onnx").exists()
    labels = json.loads((tmp_path / "labels.json").read_text())
    assert "happenings" not in labels
    assert "happening" not in labels["entity_types"]
    assert Served(tmp_path, MODEL).known(ONTOLOGY).happenings == ()
