"""A generated multimodal graph: text and picture vectors are correlated views of the same entity, with noise.

Each entity has a kind and hidden traits. A relation leads from one kind to another, to the entities whose traits lie
nearest to where a map of the relation's own takes the head's. A text vector shows most of the traits and a picture
vector most of them, each through a map of its own, overlapping in the middle: neither view shows all traits, and some
are in both. Each entity has few triples, so that structure alone does not reveal the traits.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from inference.training.links.knowledge_graph import KnowledgeGraph, Modality, Triples

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """How a graph is made.

    Attributes:
        entities: How many.
        relations: How many.
        kinds: Kinds of entities.
        traits: Hidden numbers of an entity.
        shown: Of these, how many each view shows: text the first, pictures the last.
        width: Numbers in a text or picture vector.
        heads: Share of a kind's entities that a relation of that kind starts from.
        tails: Right answers of one head and relation.
        blur: Standard deviation of what is added to every number of a vector.
        noise: Share of the text vectors and of the picture vectors that are another entity's.
        missing: Share of the entities that lack a picture.
        seed: Decides all of it.
    """

    entities: int = 2000
    relations: int = 24
    kinds: int = 6
    traits: int = 12
    shown: int = 8
    width: int = 64
    heads: float = 0.7
    tails: int = 2
    blur: float = 0.1
    noise: float = 0.0
    missing: float = 0.1
    seed: int = 1


def generate(recipe: Recipe) -> KnowledgeGraph:
    """Makes a graph; a recipe with other `noise` differs in the vectors that noise hits and in nothing else.

    Triples are split 8:1:1 by chance.
    """
    draw = np.random.default_rng(recipe.seed)
    kind = draw.integers(recipe.kinds, size=recipe.entities)
    centres = draw.normal(size=(recipe.kinds, recipe.traits))
    traits = 0.6 * centres[kind] + 0.8 * draw.normal(size=(recipe.entities, recipe.traits))
    triples = _triples(recipe, kind, traits, draw)
    order = draw.permutation(len(triples))
    tenth = len(triples) // 10
    graph = KnowledgeGraph(
        f"generated graph {recipe.seed}, noise {recipe.noise:g}",
        tuple(f"entity {n}" for n in range(recipe.entities)),
        tuple(f"relation {n}" for n in range(recipe.relations)),
        triples[order[2 * tenth :]],
        triples[order[:tenth]],
        triples[order[tenth : 2 * tenth]],
    )
    views = {"text": traits[:, : recipe.shown], "picture": traits[:, -recipe.shown :]}
    absent = {"text": 0.0, "picture": recipe.missing}
    modalities = {
        name: _view(shown, recipe, absent[name], np.random.default_rng([recipe.seed, number]))
        for number, (name, shown) in enumerate(views.items())
    }
    return replace(graph, modalities=modalities)


def _triples(recipe: Recipe, kind: npt.NDArray[np.int64], traits: Floats, draw: np.random.Generator) -> Triples:
    rows: list[tuple[int, int, int]] = []
    for relation in range(recipe.relations):
        from_kind, to_kind = draw.integers(recipe.kinds, size=2)
        turn, _ = np.linalg.qr(draw.normal(size=(recipe.traits, recipe.traits)))
        sources, targets = np.flatnonzero(kind == from_kind), np.flatnonzero(kind == to_kind)
        heads = draw.permutation(sources)[: round(recipe.heads * len(sources))]
        # Relative to the mean of each kind, so that the nearest are not always the same few.
        wanted = (traits[heads] - traits[sources].mean(axis=0)) @ turn
        there = traits[targets] - traits[targets].mean(axis=0)
        distances = np.linalg.norm(wanted[:, None] - there[None], axis=2)
        distances[heads[:, None] == targets[None]] = np.inf
        nearest = np.argsort(distances, axis=1, kind="stable")[:, : recipe.tails]
        rows += [
            (int(head), relation, int(tail)) for head, own in zip(heads, targets[nearest], strict=True) for tail in own
        ]
    return np.array(rows, dtype=np.int64)


def _view(shown: Floats, recipe: Recipe, absent: float, draw: np.random.Generator) -> Modality:
    """Returns vectors that show traits through a random map; with noise, some are those of another entity."""
    count = len(shown)
    vectors = np.tanh(shown @ draw.normal(size=(shown.shape[1], recipe.width)) / np.sqrt(shown.shape[1]))
    vectors += recipe.blur * draw.normal(size=vectors.shape)
    present = draw.random(count) >= absent
    # Drawn for all entities at any noise, so that more noise hits the same entities as less noise, and some more.
    hit, other = draw.random(count), (np.arange(count) + draw.integers(1, count, size=count)) % count
    vectors = np.where((hit < recipe.noise)[:, None], vectors[other], vectors)
    return Modality((vectors * present[:, None]).astype(np.float32), present)
