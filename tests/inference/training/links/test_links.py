"""The inductive link model: what it is taught, that it learns, and that what is served is what was trained."""

import json
from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from inference.training.common.calibrate import Line, platt_in_bins
from inference.training.common.ranks import summary
from inference.training.links.export import ServedLinks, export
from inference.training.links.judged import judged, logits
from inference.training.links.losses import Weights, loss
from inference.training.links.model import InductiveLinks
from inference.training.links.question import Question
from inference.training.links.ranking import model_score, ranks
from inference.training.links.shape import LinkShape
from inference.training.links.snapshots import HORIZON
from inference.training.links.trainer import LinkTrainingPlan, train
from inference.triton.served_code import served_code
from tests.inference.training.links.stream import ALLOWED, CUT, PARTS, WORDS, asking, reads, stream
from topology.settings import REPOSITORY

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

FOLDER = REPOSITORY / "triton_models" / "link_prediction" / "1"
SHAPE = LinkShape(4, 3, hidden=8)


def test_a_snapshot_knows_nothing_of_what_came_after_it():
    given = asking()
    assert given.of.world.day < CUT
    assert len(given.of.asked) == 60, "thirty facts, each from both ends"
    assert set(given.of.role.tolist()) == {0, 2}
    late = asking(CUT + timedelta(days=10))
    assert len(late.of.asked) == 40, "what is known then does not arrive any more"
    far = [replace(a, day=a.day + HORIZON) if a.id.startswith("z") else a for a in stream()]
    assert len(asking(articles=sorted(far, key=lambda a: a.day)).of.asked) == 0, "beyond the horizon"


def test_candidates_are_of_the_right_type_and_neither_known_nor_another_right_answer():
    given = asking(CUT + timedelta(days=10))
    of = given.of
    for row in range(len(of.asked)):
        entity, role, answer = int(of.asked[row]), int(of.role[row]), int(of.answer[row])
        candidates, raised = given.drawn(row, np.random.default_rng(row))
        assert candidates[0] == answer
        assert len(set(candidates.tolist())) == len(candidates) == len(raised)
        assert all(ALLOWED[role, of.types[entity], of.types[c]] for c in candidates)
        wrong = set(candidates[1:].tolist())
        assert not wrong & (given.answers[entity, role] | {o for o, r in given.known[entity].items() if role in r})


def test_it_learns_and_a_stopped_run_ends_as_one_that_was_not(tmp_path):
    torch.manual_seed(0)  # an untrained model may be right by chance
    given, valid = asking(), asking(CUT + timedelta(days=4))
    how = LinkTrainingPlan(epochs=3, batch=6, rate=1e-2, patience=0)
    before = summary(ranks(valid, model_score(InductiveLinks(SHAPE).eval(), valid)))
    whole = train(SHAPE, [given], valid, how, tmp_path / "whole", report=lambda _: None)
    after = summary(ranks(valid, model_score(whole, valid)))
    assert after.hits1 > 0.8 > before.hits1
    stopped = RuntimeError("stopped")

    def stop(report):
        if report.valid and report.step > 10:
            raise stopped

    with pytest.raises(RuntimeError, match="stopped"):
        train(SHAPE, [given], valid, how, tmp_path / "parts", report=stop)
    parts = train(SHAPE, [given], valid, how, tmp_path / "parts", report=lambda _: None)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, parts.state_dict()[name]), name


def trained_a_little(shape=SHAPE):
    torch.manual_seed(3)
    model = InductiveLinks(shape).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model


def test_the_exported_network_says_what_the_model_says(tmp_path):
    model, line = trained_a_little(), Line(0.7, -0.3)
    export(ServedLinks(model, line, ALLOWED), WORDS, tmp_path, "t")
    served = served_code(FOLDER, "link_scores")
    labels = json.loads((tmp_path / "labels.json").read_text())
    assert labels["calibration"] == {"slope": 0.7, "offset": -0.3}
    network = served.LinkScores(labels, served.session(tmp_path, 1))
    given = asking()
    for entities, wide in (([3], 2), ([3, 1, 5], 7)):
        question = given.question(entities, [np.arange(wide)] * len(entities))
        feeds = {field.name: getattr(question, field.name).numpy() for field in fields(Question)}
        context, probabilities, weights = network.of(feeds)
        with torch.no_grad():
            own, theirs = model.context(question)
            expected = torch.sigmoid(0.7 * model(question, own) - 0.3).numpy()
        may = np.stack([ALLOWED[:, given.of.types[e]][:, given.of.types[:wide]].T for e in entities])
        assert probabilities == pytest.approx(np.where(may, expected, 0), abs=1e-3)
        assert may.any()
        assert not may.all()
        assert weights == pytest.approx(theirs.numpy(), abs=1e-3)
        assert context == pytest.approx(torch.nn.functional.normalize(own).numpy(), abs=1e-3)


def test_one_asked_role_scores_as_it_does_among_all():
    model, given = trained_a_little(), asking()
    question = given.question([0, 1], [np.arange(6)] * 2)
    with torch.no_grad():
        context, _ = model.context(question)
        every = model(question, context)
        for role in range(4):
            one = model(question, context, torch.tensor([role, role]))
            # What all candidates share is not part of a ranking.
            difference = (one - every[..., role]).numpy()
            assert difference == pytest.approx(np.repeat(difference[:, :1], 6, axis=1), abs=1e-4)


def test_the_context_is_a_matter_of_names_and_neighbours_alone():
    model, given = trained_a_little(), asking()
    country = int(np.flatnonzero(given.of.seen.any(axis=1))[0])
    question = given.question([country], [np.arange(4)])
    other = replace(question, activity=question.activity + 9, roles=question.roles * 0, met=question.met + 1)
    with torch.no_grad():
        assert torch.equal(model.context(question)[0], model.context(other)[0])
        lonely = replace(question, seen=question.seen & False)
        assert not torch.equal(model.context(question)[0], model.context(lonely)[0])


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_left_out_is_not_read(part):
    without = ("vectors", "neighbours") if part == "vectors" else (part,)
    whole, ablated = trained_a_little(), trained_a_little(replace(SHAPE, **dict.fromkeys(without, False)))
    assert reads(whole, part)
    assert not reads(ablated, part)
    assert all(reads(ablated, other) for other in set(PARTS) - set(without)), "all else is read as before"


def test_who_hears_no_neighbour_learns_nothing_from_what_neighbours_show():
    given = asking()
    rows = [row for row, entity in enumerate(given.of.asked) if given.of.seen[entity].any()]
    for neighbours in (True, False):
        model = trained_a_little(replace(SHAPE, neighbours=neighbours))
        with_it, without = (
            loss(model, given, rows, Weights(contrast=weight), np.random.default_rng(0)).item() for weight in (0.3, 0.0)
        )
        assert (with_it > without) == neighbours
        assert neighbours or with_it == without


def test_all_that_can_be_suggested_is_judged_once_and_what_arrived_is_marked():
    given = asking()
    could_suggest = judged(logits(trained_a_little()), given)
    could = sum(
        int(ALLOWED[role, given.of.types[e], given.of.types[o]] and role not in given.known[e].get(o, []))
        for e in range(len(given.of))
        if given.of.seen[e].any()
        for o in given.met(e)
        for role in range(4)
    )
    assert len(could_suggest.scores) == could
    assert could_suggest.arrived.sum() == 30, "the graph says nothing of the persons: of them the service asks nothing"
    everybody = judged(logits(trained_a_little()), given, range(len(given.of)))
    assert everybody.arrived.sum() == 60


def test_the_line_that_made_probabilities_is_found_again():
    draw = np.random.default_rng(1)
    scores = draw.normal(-3, 3, size=200_000).astype(np.float32)
    arrived = draw.random(len(scores)) < 1 / (1 + np.exp(-(0.6 * scores - 1.0)))
    line = platt_in_bins(scores, arrived)
    assert (line.slope, line.offset) == (pytest.approx(0.6, abs=0.03), pytest.approx(-1.0, abs=0.06))
