"""Training learns, and a run that was stopped ends where an uninterrupted one ends."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from inference.training.common import checkpoint  # noqa: E402
from inference.training.text.batches import collate  # noqa: E402
from inference.training.text.encoder import MASK_ID, SPECIAL_IDS  # noqa: E402
from inference.training.text.model import JointModel, adaptive_threshold_loss  # noqa: E402
from inference.training.text.progress import read_progress  # noqa: E402
from inference.training.text.trainer import TextTrainingPlan, masked, train  # noqa: E402
from tests.inference.training.text.tiny import ONTOLOGY, PAIRS, SHAPE, examples  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def data():
    return examples(40)


def new_model():
    torch.manual_seed(7)
    return JointModel.of(ONTOLOGY, SHAPE, PAIRS)


def plan(steps):
    return TextTrainingPlan(steps=steps, pieces=256, encoder_rate=3e-3, head_rate=3e-3, save_every=1e9)


def test_the_losses_fall(data, tmp_path):
    reported = []
    train(new_model(), data, plan(60), tmp_path, reported.append)
    assert [report.step for report in reported] == list(range(1, 61))
    first, last = reported[:5], reported[-5:]
    assert sum(r.mentions for r in last) < 0.3 * sum(r.mentions for r in first)
    assert sum(r.relations for r in last) < 0.5 * sum(r.relations for r in first)


class StoppedError(Exception):
    pass


def test_a_resumed_run_ends_with_the_same_weights(data, tmp_path):
    whole = new_model()
    train(whole, data, plan(12), tmp_path / "whole", lambda _: None)

    def stop(report):
        if report.step == 7:
            raise StoppedError

    eager = TextTrainingPlan(**{**plan(12).__dict__, "save_every": 0.0})
    with pytest.raises(StoppedError):
        train(new_model(), data, eager, tmp_path / "halves", stop)
    assert read_progress(tmp_path / "halves").step == 6
    second = new_model()
    train(second, data, plan(12), tmp_path / "halves", lambda _: None)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, second.state_dict()[name]), name


def test_a_checkpoint_of_another_plan_is_refused(data, tmp_path):
    train(new_model(), data, plan(2), tmp_path, lambda _: None)
    with pytest.raises(checkpoint.CheckpointError, match="run of 2 steps"):
        train(new_model(), data, plan(3), tmp_path, lambda _: None)


def test_hidden_pieces_are_never_the_ends_nor_the_padding(data):
    batch = collate(sorted(data[:8], key=lambda e: len(e.ids)), bf16=False)
    torch.manual_seed(1)
    hidden = masked(batch, 0.5).ids == MASK_ID
    ends = sum(batch.ids == special for special in SPECIAL_IDS).bool()
    assert not (hidden & (ends | ~batch.mask)).any()
    share = hidden.sum() / (batch.mask & ~ends).sum()
    assert 0.35 < share < 0.65
    assert masked(batch, 0.0).ids is batch.ids


def test_undecided_relations_teach_nothing():
    scores = torch.tensor([[2.0, -1.0, 0.5]], requires_grad=True)
    positive = torch.tensor([[True, False, False]])
    known = torch.tensor([[True, True, False]])
    adaptive_threshold_loss(scores, positive, known).backward()
    gradient = scores.grad[0]
    assert gradient[0] < 0 < gradient[1]
    assert gradient[2] == 0


def test_the_threshold_loss_is_that_of_the_paper():
    scores = torch.tensor([[1.5, -0.5, 0.3]])
    positive = torch.tensor([[True, False, False]])
    loss = adaptive_threshold_loss(scores, positive, torch.ones_like(positive))
    s = scores[0].numpy()
    wanted = -np.log(np.exp(s[0]) / (np.exp(s[0]) + 1)) - np.log(1 / (1 + np.exp(s[1]) + np.exp(s[2])))
    assert loss.item() == pytest.approx(float(wanted), abs=1e-5)
