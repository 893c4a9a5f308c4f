"""The measure of added classes: what it is measured on, and that no class is measured with what was fitted to it."""

import json

import numpy as np

from inference.evaluation.text.added_classes import (
    MadeUp,
    Triggers,
    chances,
    fit,
    judged,
    judged_texts,
    made_up,
    unseen,
)
from inference.training.text.annotated.reading import labels
from topology.ontology import HappeningSpec


def test_the_made_up_classes_are_of_annotated_happenings_of_no_other_class():
    rows = [json.loads(line) for part in ("train", "more", "dev") for line in labels(part).read_text().splitlines()]
    kinds = {(row["id"], one["trigger"][0]): one["class"] for row in rows for one in row["happenings"]}
    classes = made_up()
    assert len({one.spec.id for one in classes}) == len(classes)
    for one in classes:
        assert not one.happenings & one.unsure
        assert {kinds[place] for place in one.happenings} == {"other"}
        assert one.unsure <= kinds.keys()
        assert {text for text, _ in one.happenings | one.unsure} <= judged_texts()
    assert judged_texts() <= {row["id"] for row in rows}


def test_a_line_is_fitted_to_what_is_near_a_description():
    draw = np.random.default_rng(0)
    cosines = draw.normal(size=(4000, 2))
    truth = draw.random(4000) < chances(cosines, np.array([1.0, 2.0, -1.0]))
    assert np.allclose(fit(cosines, truth), [1, 2, -1], atol=0.25)


def test_a_class_is_not_measured_with_what_was_fitted_to_it():
    places = [("t", i) for i in range(40)]
    gold = np.array(["other"] * 40)
    said = np.array(["other"] * 38 + ["attack"] * 2)
    found = Triggers(
        places, gold, said, np.zeros(40, bool), np.zeros((40, 2), np.float32), np.zeros((40, 2), np.float32)
    )
    draw = np.random.default_rng(1)
    cosines = [draw.normal(size=(40, 2)) for _ in range(3)]
    classes = [
        MadeUp(HappeningSpec(id=name), frozenset(places[i::3]), frozenset({places[i + 1]}))
        for i, name in enumerate("abc")
    ]
    before = unseen(found, judged(found, classes), cosines)[0]
    # Other members of the class itself change what is right, not how likely anything is.
    changed = [MadeUp(classes[0].spec, frozenset(places[5:9]), classes[0].unsure), *classes[1:]]
    after = unseen(found, judged(found, changed), cosines)[0]
    assert np.array_equal(before[1], after[1])
    assert not np.array_equal(before[0], after[0])
    assert len(before[0]) == 39
    assert np.all(before[1][-2:] == 0)
    assert np.all(before[1][:-2] > 0)
