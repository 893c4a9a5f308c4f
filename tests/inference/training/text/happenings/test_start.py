"""A run that knew no happenings can start one that does: what it learned is what is computed."""

import pytest

torch = pytest.importorskip("torch")

from inference.training.common import checkpoint  # noqa: E402
from inference.training.text.batches import collate  # noqa: E402
from inference.training.text.model import JointModel  # noqa: E402
from inference.training.text.start import start_from  # noqa: E402
from tests.inference.training.text.happenings.world import ONTOLOGY, examples  # noqa: E402
from tests.inference.training.text.tiny import PAIRS, SHAPE  # noqa: E402
from topology.ontology import Ontology  # noqa: E402

pytestmark = pytest.mark.training
PLAIN = Ontology(entity_types=ONTOLOGY.entity_types, relations=ONTOLOGY.relations)


def saved(ontology, folder, shape=SHAPE):
    torch.manual_seed(3)
    model = JointModel.of(ontology, shape, PAIRS).eval()
    torch.nn.init.normal_(model.crf.transitions)
    checkpoint.save(folder, model, torch.optim.AdamW(model.parameters()), {})
    return model


def test_what_was_learned_without_happenings_is_kept(tmp_path):
    old = saved(PLAIN, tmp_path)
    new = JointModel.of(ONTOLOGY, SHAPE, PAIRS).eval()
    start_from(tmp_path, new)
    relations, tags = len(PLAIN.relations), old.crf.transitions.shape[1]
    task = collate(examples(1), bf16=False).tasks[0]
    words = torch.randn(task.words, SHAPE.width)
    types = len(PLAIN.entity_types)
    # Without the trigger, which the old model could not know.
    kinds, covers = torch.eye(types)[torch.arange(len(task.kinds)) % types], task.covers.clamp(max=types)
    rest = (task.pairs, task.steps, task.spans)
    with torch.no_grad():
        assert torch.equal(new.emissions(words)[:, :tags], old.emissions(words))
        wanted = old.pairs(words, task.first, task.last, task.pool, kinds, *rest, covers)
        wider = torch.cat([kinds, torch.zeros(len(kinds), 1)], dim=1)
        found = new.pairs(words, task.first, task.last, task.pool, wider, *rest, covers)
    assert torch.allclose(found[0][:, :relations], wanted[0], atol=1e-5)
    assert torch.allclose(found[1], wanted[1], atol=1e-5)
    assert torch.equal(new.crf.transitions[:tags, :tags], old.crf.transitions[:-1])
    assert torch.equal(new.crf.transitions[-1, :tags], old.crf.transitions[-1])


def test_a_run_with_happenings_starts_another_as_it_is(tmp_path):
    old = saved(ONTOLOGY, tmp_path)
    new = JointModel.of(ONTOLOGY, SHAPE, PAIRS)
    start_from(tmp_path, new)
    for name, tensor in old.state_dict().items():
        assert torch.equal(new.state_dict()[name], tensor), name


@pytest.mark.parametrize(("old", "new"), [(ONTOLOGY, PLAIN), (PLAIN, ONTOLOGY)])
def test_another_model_is_refused(old, new, tmp_path):
    wide = type(SHAPE)(**{**SHAPE.__dict__, "width": 48})
    saved(old, tmp_path, wide if old is PLAIN else SHAPE)
    with pytest.raises(checkpoint.CheckpointError, match="another model"):
        start_from(tmp_path, JointModel.of(new, SHAPE, PAIRS))
    with pytest.raises(checkpoint.CheckpointError, match="no checkpoint"):
        start_from(tmp_path / "none", JointModel.of(new, SHAPE, PAIRS))
