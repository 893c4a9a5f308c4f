"""Encoders are compared with everything else alike: one comparison of two tiny ones, from training to the report."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from inference.evaluation.text.encoders import candidates, measure, report  # noqa: E402
from inference.evaluation.text.encoders.candidates import CANDIDATES  # noqa: E402
from inference.training.text.annotated.reading import annotated  # noqa: E402
from tests.inference.training.text.tiny import MODEL, ONTOLOGY  # noqa: E402
from topology.settings import settings  # noqa: E402

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]


def test_heads_begin_alike_whatever_the_encoder():
    models = [replace(CANDIDATES[0], layers=layers).untrained(ONTOLOGY, seed=3) for layers in (1, 2)]
    one, two = ({n: w for n, w in m.state_dict().items() if not n.startswith("encoder.")} for m in models)
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert [len(model.encoder.layers) for model in models] == [1, 2]


def test_the_first_layers_of_an_encoder_are_its_own(monkeypatch):
    whole = replace(CANDIDATES[0], layers=2).untrained(ONTOLOGY)
    taken = {}
    monkeypatch.setattr(candidates.JointModel, "of", staticmethod(lambda *_: whole))
    monkeypatch.setattr(whole.encoder, "take", taken.update)
    replace(CANDIDATES[0], weights=lambda _: {"a": torch.ones(1)}).model(ONTOLOGY, 0, settings().cache)
    assert taken.keys() == {"a"}


def test_a_model_is_measured_as_the_service_reads(tmp_path):
    if not settings().data.is_dir():
        pytest.skip("needs the data folder")
    texts = list(annotated(settings().data, "dev"))[:8]
    found = measure.measured(MODEL, MODEL, ONTOLOGY, texts)
    assert found.seconds > 0
    assert min(found.facts.f1, found.mentions.f1, found.triggers.f1, found.roles.f1) > 0
    setting = report.Setting(ONTOLOGY, MODEL, settings().data, settings().cache, tmp_path, 1, 0)
    (table,) = report.written(setting, {CANDIDATES[0]: found}, len(texts)).tables
    assert table.rows[0][0] == CANDIDATES[0].title
    assert table.rows[0][-2] == "1.00 x"
