"""One way of training for all models that the scenes compare."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch

from inference.object_relations.batch import collate
from inference.object_relations.shape import SMALL, RelFormerShape
from inference.research.relformer.data import scenes
from inference.research.relformer.data.examples import InMemory
from inference.research.relformer.model import RelationModel
from inference.research.relformer.models import MODELS
from inference.research.relformer.tensors import Tensors
from inference.research.relformer.trainer import RelationTrainingPlan, predict, train

VOCABULARY = scenes.vocabulary()
SHAPE = replace(SMALL, vocabulary=len(VOCABULARY), relations=len(scenes.RELATIONS), positions=24, picture=16)
Log = Callable[[str], None]
ABSENT = 0.25
"""Share of the training scenes without a modality, or without picture and depth: a model learns to do without them."""


@dataclass(frozen=True)
class Amount:
    """How much is measured.

    Attributes:
        scenes: Training scenes.
        held_out: Scenes that are measured on.
        epochs: Passes over the training scenes.
        seeds: Models of a kind, each of its own seed.
    """

    scenes: int
    held_out: int
    epochs: int
    seeds: int


def tensors(examples: Sequence[scenes.Scene], without: str = "") -> Tensors:
    """Returns scenes as tensors, all without a modality if one is named."""
    given = [scenes.without(s.example, without) if without else s.example for s in examples]
    return Tensors.of(collate(given, VOCABULARY, SHAPE))


def fit(name: str, data: Tensors, amount: Amount, seed: int, shape: RelFormerShape = SHAPE) -> RelationModel:
    """Trains a model on scenes, with the same plan for all models."""
    torch.manual_seed(seed)
    model = MODELS[name](shape)
    plan = RelationTrainingPlan(epochs=amount.epochs, batch=64, rate=2e-3, warmup=0.1, seed=seed)
    train(model, InMemory(data), plan, change=sometimes_without)
    return model


def sometimes_without(batch: Tensors) -> Tensors:
    """Hides a random modality from some of a batch's scenes."""
    ways = len(scenes.MODALITIES) + 1
    drawn = torch.rand(len(batch)) / ABSENT * ways
    text, objects, depth, knowledge, picture = ((drawn >= n) & (drawn < n + 1) for n in range(ways))
    context = text[:, None] & (batch.roles == 0)
    context[:, 0] = False
    return replace(
        batch,
        text=batch.text & ~context,
        seen=batch.seen & ~(objects | picture),
        deep=batch.deep & ~(depth | picture),
        node_kinds=batch.node_kinds * ~knowledge[:, None],
        edges=batch.edges * ~knowledge[:, None, None],
    )


def by_part(model: RelationModel, data: Tensors, held_out: Sequence[scenes.Scene]) -> dict[str, float]:
    """Returns the share of right relations on each part of the scenes."""
    gold, found = predict(model, InMemory(data))
    right: dict[str, list[bool]] = {part: [] for part in scenes.PARTS}
    for scene, wanted, given in zip(held_out, gold, found, strict=True):
        right[scene.part].append(wanted == given)
    return {part: sum(hits) / max(1, len(hits)) for part, hits in right.items()}
