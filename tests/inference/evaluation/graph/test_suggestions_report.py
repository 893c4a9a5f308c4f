"""The report on suggestions: baselines that can be worked out by hand, and tables that say what was judged."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

pytest.importorskip("torch")

from inference.evaluation.graph import suggestion_calibration as calibration
from inference.evaluation.graph import suggestion_parts as parts
from inference.evaluation.graph.suggestion_baselines import Baselines
from inference.evaluation.graph.suggestion_runs import ABLATED, WHOLE, Amount, Bench
from inference.training.common.ranks import summary
from inference.training.links import losses, trainer
from inference.training.links.judged import Judged
from inference.training.links.ranking import ranks
from inference.training.links.run import Given
from inference.training.links.trainer import LinkTrainingPlan
from tests.inference.training.links.stream import ALLOWED, CUT, PARTS, WORDS, asking, reads

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]


def test_baselines_rank_as_can_be_worked_out_by_hand():
    given = asking()
    found = {name: summary(ranks(given, score)) for name, score in Baselines(given).all().items()}
    # Each person is named twice beside the right country and once beside another; a country beside several persons.
    rows = [row for row, role in enumerate(given.of.role) if role == 0]
    beside = ranks(given, Baselines(given).all()["named together"], rows)
    assert (beside == 1).all()
    assert ranks(given, Baselines(given).in_role, rows).mean() > 2, "who is popular is not who is right"
    assert found["named together"].hits1 > found["popularity: facts"].hits1
    assert all(0 < ranking.mrr <= 1 for ranking in found.values())


def test_a_score_that_tells_nothing_apart_ranks_in_the_middle():
    given = asking()
    rows = [row for row, role in enumerate(given.of.role) if role == 0]
    flat = ranks(given, lambda _, roles: np.zeros((len(roles), len(given.of)), np.float32), rows)
    assert (flat == 1 + 7 / 2).all(), "eight countries are left, the right one among them"


def test_thresholds_count_what_is_published_and_what_of_it_arrived():
    scores = np.array([0.9] * 40 + [0.3] * 40 + [0.01] * 20, np.float32)
    arrived = np.array([True] * 36 + [False] * 4 + [True] * 4 + [False] * 56)
    judged = Judged(scores, arrived)
    assert calibration.useful(judged) == 0.02
    assert calibration.useful(Judged(scores[40:], arrived[40:])) is None
    table = calibration.thresholds(judged, judged, asking())
    by_least = {row[0]: row[1:] for row in table.rows}
    assert by_least[0.5] == (40, pytest.approx(0.9), pytest.approx(36 / 60))
    assert by_least[0.02] == (80, pytest.approx(0.5), pytest.approx(40 / 60))
    assert "40 of 80" in table.note
    assert calibration.expected_error(judged) == pytest.approx(0.5 * 0.0 + 0.5 * 0.2, abs=1e-6)


TINY = Amount(seeds=2, plan=LinkTrainingPlan(epochs=3, batch=6, rate=1e-2, patience=0), hidden=8)


@pytest.fixture
def bench(tmp_path):
    valid, test = (asking(CUT + timedelta(days=4 * n), names=n) for n in (1, 2))
    given = Given([asking()], valid, test, WORDS, ALLOWED)
    return Bench(given, TINY, tmp_path, lambda _: None)


@pytest.mark.parametrize("variant", [WHOLE, *ABLATED], ids=lambda variant: variant.name)
def test_a_variant_reads_all_but_what_its_name_says(bench, variant):
    bench = replace(bench, amount=replace(TINY, plan=replace(TINY.plan, epochs=1)))
    model = bench.model(variant, 1)
    assert {part for part in PARTS if not reads(model, part)} == set(variant.without)


def test_without_contrast_it_is_not_taught(bench, monkeypatch):
    monkeypatch.setattr(losses, "contrast", None)
    for variant in (WHOLE, *ABLATED):
        if variant.contrast:
            with pytest.raises(TypeError):
                bench.model(variant, 1)
        else:
            bench.model(variant, 1)


def test_what_tells_the_answer_is_missed_where_it_is_left_out(bench):
    rows = [row for row, role in enumerate(bench.given.test.of.role) if role == 0]
    counts = [variant for variant in ABLATED if variant.contrast and "vectors" not in variant.without]
    found = {variant: bench.ranks(variant, (1, 2), rows) for variant in (WHOLE, *counts)}
    groups = parts.facts(bench.given.test, rows)
    table = parts.ablation(found.pop(WHOLE), found, groups)
    by_name = dict(zip(["whole", *(v.name for v in counts)], table.rows, strict=True))
    whole = by_name["whole"]
    assert whole[1] == 2
    assert whole[7:] == (None, None, None)
    for name, row in by_name.items():
        assert row[7] is None or row[7] == pytest.approx(whole[2] - row[2])
        # Whose citizen a person is tells beside whom it is named, and nothing else: the test's names are new.
        assert (row[2] > 0.6) != (name in {"no-met", "no-counts"}), name


def test_a_kept_run_is_not_trained_again_and_a_stopped_one_goes_on(bench, monkeypatch):
    (ablated,) = (variant for variant in ABLATED if variant.name == "no-vectors")
    first = bench.ranks(WHOLE, (1, 2), range(10))
    assert not np.array_equal(first[0][0], first[0][1]), "each seed is a run of its own"
    calls, most = [], 15

    def stops(*given):
        calls.append(given)
        if len(calls) > most:
            raise InterruptedError
        return losses.loss(*given)

    monkeypatch.setattr(trainer, "loss", stops)
    with pytest.raises(InterruptedError):
        bench.model(ablated, 1)
    calls, most = [], 30
    bench.model(ablated, 1)
    assert len(calls) == 20, "the first of three passes was kept"
    calls.clear()
    again = bench.ranks(WHOLE, (1, 2), range(10))
    assert not calls
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


def test_the_two_questions_of_a_fact_are_one():
    given = asking()
    numbers = parts.facts(given, range(60))
    assert sorted(np.bincount(numbers)) == [2] * 30
    for fact in range(30):
        one, two = np.flatnonzero(numbers == fact)
        assert (given.of.asked[one], given.of.answer[one]) == (given.of.answer[two], given.of.asked[two])


def test_seeds_are_told_with_their_mean_and_spread():
    table = parts.seeds([1, 2, 3], np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 20.0]]))
    names, mrr, hits1, hits10 = zip(*table.rows, strict=True)
    assert names == ("seed 1, the one that is served", "seed 2", "seed 3", "mean", "spread")
    assert mrr == pytest.approx((1, 0.75, 0.275, 0.675, np.std([1, 0.75, 0.275], ddof=1)))
    assert hits1[3] == pytest.approx(0.5)
    assert hits10 == pytest.approx((1, 1, 0.5, 5 / 6, np.std([1, 1, 0.5], ddof=1)))


def test_the_model_stands_against_the_best_baseline_by_each_measure():
    first, tenth = np.array([1.0, 50, 50, 50]), np.array([10.0, 10, 10, 50])
    table = parts.against(
        {"model": np.array([[1.0, 1, 1, 1], [1.0, 1, 1, 50]])}, {"a": first, "b": tenth}, np.arange(4)
    )
    mrr, hits = table.rows
    assert mrr[:4] == ("model", "MRR", "a", pytest.approx((3 + 0.51) / 4 - (1 + 0.06) / 4))
    assert hits[:4] == ("model", "Hits@10", "b", pytest.approx(0.5 / 4))
    assert hits[4:] == (0, pytest.approx(0.375)), "half a hit more in one of four questions, drawn up to three times"


def test_a_better_model_without_a_part_is_named_and_nothing_is_chosen_by_it():
    good, bad, mixed = np.full((2, 8), 1.0), np.full((2, 8), 4.0), np.array([[1.0] * 5 + [9.0] * 3] * 2)
    table = parts.ablation((bad, bad), {ABLATED[2]: (good, bad)}, np.arange(8))
    assert table.rows[1][7:] == (-0.75, -0.75, -0.75)
    assert f"higher {ABLATED[2].title} (by more than chance explains); the hidden months choose nothing" in table.note
    table = parts.ablation((np.full((2, 8), 2.0), bad), {ABLATED[2]: (mixed, bad)}, np.arange(8))
    assert f"higher {ABLATED[2].title} (by no more than chance explains)" in table.note
    assert "higher" not in parts.ablation((good, bad), {ABLATED[2]: (bad, bad)}, np.arange(8)).note
