"""Small scenes with text, made by rules: the relation of a mention to an object is known, and which cues decide it.

Every scene has two people in its text, three objects in its picture with a depth each, and facts about both people.
Each modality may carry a cue, one of four, about the pair that is asked for:

- text: what the mention does to the object (the other person does something else to it);
- objects: the colour of the pair's object (the others are of other colours);
- depth: how far away it is (the others are elsewhere);
- knowledge: what the mention is to an organisation (the other person is something else to it).

A modality without a cue says something neutral. The relation is the sum of the cues modulo four, so a cue alone is the
relation, and one of two cues says nothing: a model that does not see both is at chance. Names, places, the order of
words, boxes and noise are random, so that nothing else reveals the relation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inference.knowledge.base import KnownFact
from inference.object_relations.example import Box, Example, Span, View
from inference.object_relations.words import Vocabulary

RELATIONS = ("owner", "operator", "creator", "opponent")
CHANCE = 1 / len(RELATIONS)
MODALITIES = ("text", "objects", "depth", "knowledge")

PARTS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in MODALITIES},
    "text + objects": ("text", "objects"),
    "objects + depth": ("objects", "depth"),
    "depth + knowledge": ("depth", "knowledge"),
    "text + knowledge": ("text", "knowledge"),
}
"""Each part of the scenes with the modalities that carry a cue in it."""

SIDE = 32
"""Pixels of a scene's picture."""

FIRST = ["Ada", "Boris", "Chen", "Dana", "Emil", "Fatima", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena"]
LAST = ["Abara", "Berg", "Costa", "Dahl", "Ekow", "Fuchs", "Gray", "Holt", "Ito", "Jansen", "Kaya", "Lund"]
PLACES = ["Oslo", "Quito", "Perth", "Kyoto", "Turin", "Accra"]
COMPANIES = ["Acme", "Globex", "Initech", "Umbrella", "Hooli", "Vandelay"]
VERBS = ("sells", "steers", "paints", "blocks")
NEUTRAL_VERB = "passes"
TIES = ("owner of", "pilot of", "designer of", "critic of")
NEUTRAL_TIE = "cousin of"
COLOURS = np.array([(220, 40, 40), (40, 200, 60), (50, 70, 230), (230, 210, 40)])
NEUTRAL_COLOUR = np.array((128, 128, 128))
DEPTHS = (0.1, 0.3, 0.7, 0.9)
NEUTRAL_DEPTH = 0.5
BEHIND = 1.0
NOISE_COLOUR, NOISE_DEPTH = 14.0, 0.03
NAMES = ("object 1", "object 2", "object 3")


def vocabulary() -> Vocabulary:
    """Returns the words of all scenes."""
    phrases = " ".join((*FIRST, *LAST, *PLACES, *COMPANIES, *VERBS, NEUTRAL_VERB, *TIES, NEUTRAL_TIE, *NAMES))
    return Vocabulary(f"{phrases} near it while also in . , citizen".split())


@dataclass(frozen=True)
class Scene:
    """A scene.

    Attributes:
        part: Its part, a key of `PARTS`.
        example: What a model is given, with the right relation.
    """

    part: str
    example: Example


def scenes(count: int, seed: int) -> list[Scene]:
    """Draws scenes: as many of each part and, within it, of each relation as the count allows."""
    draw = np.random.default_rng(seed)
    parts = list(PARTS)
    kinds = [(parts[n % len(parts)], n // len(parts) % len(RELATIONS)) for n in range(count)]
    return [_scene(part, relation, draw) for part, relation in kinds]


def _scene(part: str, relation: int, draw: np.random.Generator) -> Scene:
    telling = PARTS[part]
    cues: dict[str, int | None] = dict.fromkeys(MODALITIES)
    rest = relation
    for name in telling[:-1]:
        cues[name] = int(draw.integers(len(RELATIONS)))
        rest -= cues[name] or 0
    cues[telling[-1]] = rest % len(RELATIONS)
    people = _people(draw)
    words, mention = _text(people, cues["text"], draw)
    boxes = _boxes(draw)
    target = int(draw.integers(len(NAMES)))
    view = View(_picture(boxes, target, cues["objects"], draw), _depth(boxes, target, cues["depth"], draw))
    example = Example(
        words,
        mention,
        relation,
        dict(zip(NAMES, boxes, strict=True)),
        NAMES[target],
        view=view,
        knowledge=_knowledge(people, cues["knowledge"], draw),
    )
    return Scene(part, example)


def _people(draw: np.random.Generator) -> tuple[str, str]:
    firsts, lasts = draw.choice(FIRST, 2, replace=False), draw.choice(LAST, 2, replace=False)
    return f"{firsts[0]} {lasts[0]}", f"{firsts[1]} {lasts[1]}"


def _others(draw: np.random.Generator, cue: int | None, count: int) -> list[int]:
    """Returns cues that the distractors carry: never the pair's."""
    return [int(i) for i in draw.permutation([i for i in range(len(RELATIONS)) if i != cue])[:count]]


def _text(people: Sequence[str], cue: int | None, draw: np.random.Generator) -> tuple[tuple[str, ...], Span]:
    """Returns the words, and where the first person is in them."""
    mine = NEUTRAL_VERB if cue is None else VERBS[cue]
    theirs = VERBS[_others(draw, cue, 1)[0]]
    clauses = [f"{people[0]} {mine} it", f"{people[1]} {theirs} it"]
    first = int(draw.integers(2))
    words = tuple(f"near {draw.choice(PLACES)} {clauses[first]} while {clauses[1 - first]} .".split())
    start = words.index(people[0].split()[1]) - 1
    return words, Span(start, start + 2)


def _boxes(draw: np.random.Generator) -> list[Box]:
    """Returns three boxes of whole pixels, each in its own quarter of the picture."""
    half = SIDE // 2
    boxes = []
    for quarter in draw.permutation(4)[: len(NAMES)]:
        w, h = draw.integers(8, 14, 2)
        left, top = (
            int(quarter) % 2 * half + draw.integers(0, half - w),
            int(quarter) // 2 * half + draw.integers(0, half - h),
        )
        boxes.append(((left + w / 2) / SIDE, (top + h / 2) / SIDE, w / SIDE, h / SIDE))
    return boxes


def _pixels(box: Box) -> tuple[slice, slice]:
    x, y, w, h = (round(value * SIDE * 2) for value in box)
    return slice((y - h // 2) // 2, (y + h // 2 + 1) // 2), slice((x - w // 2) // 2, (x + w // 2 + 1) // 2)


def _picture(boxes: Sequence[Box], target: int, cue: int | None, draw: np.random.Generator) -> NDArray[np.uint8]:
    picture = np.full((SIDE, SIDE, 3), draw.integers(150, 200), np.float64)
    others = iter(_others(draw, cue, len(boxes) - 1))
    for number, box in enumerate(boxes):
        neutral = cue is None and number == target
        colour = NEUTRAL_COLOUR if neutral else COLOURS[cue if number == target and cue is not None else next(others)]
        picture[_pixels(box)] = colour
    noisy = picture + draw.normal(0, NOISE_COLOUR, picture.shape)
    return noisy.clip(0, 255).astype(np.uint8)


def _depth(boxes: Sequence[Box], target: int, cue: int | None, draw: np.random.Generator) -> NDArray[np.float32]:
    depth = np.full((SIDE, SIDE), BEHIND)
    others = iter(_others(draw, cue, len(boxes) - 1))
    for number, box in enumerate(boxes):
        own = NEUTRAL_DEPTH if cue is None else DEPTHS[cue]
        depth[_pixels(box)] = own if number == target else DEPTHS[next(others)]
    return (depth + draw.normal(0, NOISE_DEPTH, depth.shape)).clip(0, 1).astype(np.float32)


def _knowledge(people: Sequence[str], cue: int | None, draw: np.random.Generator) -> tuple[KnownFact, ...]:
    company = str(draw.choice(COMPANIES))
    mine = NEUTRAL_TIE if cue is None else TIES[cue]
    facts = [
        KnownFact(people[0], mine, company),
        KnownFact(people[1], TIES[_others(draw, cue, 1)[0]], company),
        KnownFact(people[int(draw.integers(2))], "citizen of", str(draw.choice(PLACES))),
    ]
    return tuple(facts[i] for i in draw.permutation(len(facts)))


def without(example: Example, modality: str) -> Example:
    """Returns a scene without one modality.

    Without text the words of the mention remain, since the pair must be named; without objects the pair's object still
    has its box and its depth, but nothing of the picture is seen. "picture" takes objects' looks and depth together.

    Raises:
        KeyError: There is no such modality.
    """
    if modality == "text":
        words = example.words[example.mention.start : example.mention.end]
        return replace(example, words=words, mention=Span(0, len(words)))
    view = example.view or View()
    changes: dict[str, Example] = {
        "objects": replace(example, view=replace(view, picture=None)),
        "depth": replace(example, view=replace(view, depth=None)),
        "picture": replace(example, view=None),
        "knowledge": replace(example, knowledge=None),
    }
    return changes[modality]
