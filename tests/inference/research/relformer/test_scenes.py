"""The scenes: what they say is what they mean, and nothing else tells it."""

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("torch")

from inference.object_relations.pictures import region
from inference.research.relformer.data import scenes

pytestmark = pytest.mark.training

SCENES = scenes.scenes(320, seed=5)


def text_cue(example):
    verb = example.words[example.mention.end]
    return scenes.VERBS.index(verb) if verb in scenes.VERBS else None


def object_cue(example):
    colour = region(example.view.picture, example.objects[example.target]).reshape(-1, 3).mean(axis=0)
    known = np.vstack([scenes.COLOURS, scenes.NEUTRAL_COLOUR])
    nearest = int(np.abs(known - colour).sum(axis=1).argmin())
    return nearest if nearest < 4 else None


def depth_cue(example):
    depth = region(example.view.depth, example.objects[example.target]).mean()
    nearest = int(np.abs(np.array([*scenes.DEPTHS, scenes.NEUTRAL_DEPTH]) - depth).argmin())
    return nearest if nearest < 4 else None


def knowledge_cue(example):
    name = example.name(example.mention)
    ties = [f.predicate for f in example.knowledge if f.subject == name and f.predicate in scenes.TIES]
    return scenes.TIES.index(ties[0]) if ties else None


READ = {"text": text_cue, "objects": object_cue, "depth": depth_cue, "knowledge": knowledge_cue}


def test_the_relation_is_the_sum_of_the_cues_of_what_tells_it():
    for scene in SCENES:
        cues = {name: read(scene.example) for name, read in READ.items()}
        assert tuple(name for name, cue in cues.items() if cue is not None) == scenes.PARTS[scene.part]
        assert sum(cue or 0 for cue in cues.values()) % 4 == scene.example.relation


def test_parts_and_relations_are_equally_many():
    counts = Counter((scene.part, scene.example.relation) for scene in SCENES)
    assert set(counts.values()) == {320 // 32}


def test_of_two_cues_one_tells_nothing():
    draw = np.random.default_rng(9)
    many = [scenes._scene("text + knowledge", number % 4, draw) for number in range(400)]
    for read in (text_cue, knowledge_cue):
        counts = Counter((read(s.example), s.example.relation) for s in many)
        assert len(counts) == 16
        assert max(counts.values()) < 2.2 * min(counts.values())


@pytest.mark.parametrize("modality", scenes.MODALITIES)
def test_what_is_hidden_is_gone(modality):
    example = scenes.without(SCENES[0].example, modality)
    assert example.name(example.mention) == SCENES[0].example.name(SCENES[0].example.mention)
    assert example.target in example.objects
    hidden = {
        "text": len(example.words) == 2,
        "objects": example.view.picture is None and example.view.depth is not None,
        "depth": example.view.depth is None and example.view.picture is not None,
        "knowledge": example.knowledge is None,
    }
    assert hidden[modality]
    assert sum(hidden.values()) == 1


def test_the_same_seed_draws_the_same_scenes():
    again = scenes.scenes(16, seed=5)
    for one, other in zip(SCENES, again, strict=False):
        assert one.example.words == other.example.words
        assert np.array_equal(one.example.view.picture, other.example.view.picture)
    assert scenes.scenes(1, seed=6)[0].example.words != again[0].example.words
