"""Annotated pictures: every picture and post counts as one, a threshold is kept, scenes say what they mean."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from inference.evaluation.local_client import version_folder  # noqa: E402
from inference.object_relations.example import Example, Span  # noqa: E402
from inference.research.relformer.data.annotated import Pair, kept_objects  # noqa: E402
from inference.research.relformer.data.written import TEMPLATES, written  # noqa: E402
from inference.research.relformer.reports.annotated import A_PICTURE, A_POST, score, spread, threshold  # noqa: E402
from inference.text.language.words import WordTokenizer  # noqa: E402
from topology.settings import settings  # noqa: E402

pytestmark = pytest.mark.training
LOOKS = np.zeros((1, 3), np.float32)
EXAMPLE = Example(("Ada",), Span(0, 1), objects={"person_1": (0.5, 0.5, 1, 1)}, target="person_1")


def pair(picture, thing, relation, post="p"):
    return Pair(picture, post, 0, thing, "organization", "person", relation, True, EXAMPLE, LOOKS)


GROUP = [pair("group", n, "member", "one") for n in range(9)]
PORTRAITS = [pair("a", 0, "none", "two"), pair("b", 0, "member", "two")]


def test_a_group_of_many_counts_as_one_picture_and_posts_as_one():
    said = {(p.picture, 0, p.thing): ("member", 0.9) for p in [*GROUP, PORTRAITS[0]]}
    found = score(said, [*GROUP, *PORTRAITS])
    assert (found.claims, found.pictures) == (10, 2)
    assert found.precision == (0.9, 0.5, 0.5)
    assert found.recall == (0.9, 0.5, 0.5)


def test_the_threshold_is_the_least_at_which_enough_is_right():
    said = {("group", 0, 0): ("member", 0.8), ("a", 0, 0): ("member", 0.5)}
    assert 0.5 < threshold([said], [*GROUP, *PORTRAITS]) <= 0.8
    assert threshold([{("a", 0, 0): ("member", 0.9)}], PORTRAITS) is None


def test_training_takes_few_pairs_of_a_picture_and_of_a_post():
    draw = np.random.default_rng(0)
    assert len(spread([pair("group", n, "member") for n in range(50)], draw)) == A_PICTURE
    assert len(spread([pair(f"{n}", 0, "member") for n in range(90)], draw)) == A_POST


def test_the_target_is_among_the_objects_that_are_kept():
    objects = {f"person_{n}": (0.5, 0.5, 0.1, 0.1) for n in range(1, 21)}
    last = Example(("Ada",), Span(0, 1), objects=objects, target="person_20")
    many = Pair("a", "p", 0, 19, "person", "person", "none", True, last, np.zeros((20, 3), np.float32))
    assert kept_objects(many) == [*range(9), 19]


def test_every_scene_names_what_it_is_about():
    tokenizer = WordTokenizer(version_folder(settings().models) / "tokenizer.json")
    seen = {label: [np.ones(3, np.float32)] for label in ("person", "face", "tv", "book")}
    scenes = written(2 * len(TEMPLATES), 1, seen, tokenizer)
    assert scenes[0].example != written(1, 2, seen, tokenizer)[0].example
    for scene, (_, kind, relation, classes) in zip(scenes, [*TEMPLATES, *TEMPLATES], strict=True):
        assert (scene.kind, scene.relation) == (kind, relation)
        assert scene.label in classes
        assert scene.example.name(scene.example.mention).strip("|")
        assert next(iter(scene.example.objects)) == scene.example.target
        assert len(scene.looks) == len(scene.example.objects)
