"""The report on added relations, on a made-up world in which labels say what holds."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from inference.evaluation.text.open import report
from inference.training.text.open.head import OpenPlan
from inference.training.text.open.holdout import folds
from inference.training.text.open.run import OpenSet
from tests.inference.training.text.open_world import world
from topology.ontology import RelationSpec

pytestmark = pytest.mark.training


def test_every_held_out_relation_is_told_and_beats_chance():
    pairs, labels = world()
    specs = [RelationSpec(id=f"R{i}", name=f"relation {i}", domain=("person",), range=("person",)) for i in range(24)]
    given = OpenSet(pairs, specs, 4, (labels,))
    written = report(given, folds(pairs, 4, (labels,), OpenPlan(epochs=20, batch=64, without=0), log=lambda _: None))
    main, _, which, each = written.tables
    assert [row[1] for row in main.rows] == [20, 4]
    assert {row[0] for row in each.rows} == {spec.name for spec in specs}
    _, pairs_told, scorer, _, chance = which.rows[0]
    assert pairs_told > 100
    assert scorer > 2 * chance > 0
