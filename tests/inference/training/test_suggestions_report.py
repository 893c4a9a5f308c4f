"""The report on suggestions: baselines that can be worked out by hand, and tables that say what was judged."""

import numpy as np
import pytest

pytest.importorskip("torch")

from inference.evaluation import suggestion_calibration as calibration
from inference.evaluation.suggestion_baselines import Baselines
from inference.graph.ranks import summary
from inference.training.links.calibrate import Judged
from inference.training.links.ranking import ranks
from tests.inference.training.test_links import asking

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
    told = Judged(scores, arrived)
    assert calibration.useful(told) == 0.02
    assert calibration.useful(Judged(scores[40:], arrived[40:])) is None
    table = calibration.thresholds(told, told, asking())
    by_least = {row[0]: row[1:] for row in table.rows}
    assert by_least[0.5] == (40, pytest.approx(0.9), pytest.approx(36 / 60))
    assert by_least[0.02] == (80, pytest.approx(0.5), pytest.approx(40 / 60))
    assert "40 of 80" in table.note
    assert calibration.expected_error(told) == pytest.approx(0.5 * 0.0 + 0.5 * 0.2, abs=1e-6)
