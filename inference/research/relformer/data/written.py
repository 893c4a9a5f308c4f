"""Generated captions with objects as the detector sees them: what the annotated pictures show too seldom.

Each text is a template with invented names; its objects are drawn from those of given pictures, with their vectors, by
class. Where the words do not say it there is no relation, so most templates have a twin without one.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from inference.object_relations.example import Example, Span
from inference.object_relations.question import numbered
from inference.research.relformer.data.annotated import Pair
from inference.text.language.words import WordTokenizer
from inference.training.pictures.annotated.relations import NONE, SAME_PERSON

FIRST = [
    "Ada",
    "Boris",
    "Chen",
    "Dana",
    "Emil",
    "Fatima",
    "Goran",
    "Hana",
    "Ivo",
    "Jun",
    "Kofi",
    "Lena",
    "Mara",
    "Nils",
    "Olga",
    "Pablo",
]
LAST = [
    "Abara",
    "Berg",
    "Costa",
    "Dahl",
    "Ekow",
    "Fuchs",
    "Gray",
    "Holt",
    "Ito",
    "Jansen",
    "Kaya",
    "Lund",
    "Moreno",
    "Novak",
    "Okafor",
    "Park",
]
ORGS = [
    "NOAA",
    "the Tide Office",
    "Harbour Trust",
    "FEMA",
    "Acme",
    "Globex",
    "the Census Bureau",
    "City Council",
    "TTS",
    "Red Fern Labs",
]
WORKS = [
    "TideMap",
    "the Harbour Guide",
    "MyRiver",
    "OpenNet",
    "LakeBook",
    "the Style Manual",
    "FishStat",
    "ZoneKit",
    "the API Handbook",
]
EVENTS = ["the Harbour Summit", "Code Day", "the Tide Hackathon", "Demo Week", "the River Workshop"]

PEOPLE, SCREENS = ("person", "face"), ("tv", "laptop", "book", "cell phone")
MEMBER, LEADER, HERE, WORK = "/per/org/member_of", "/per/org/leader_of", "/per/misc/present_in", "/misc/misc/self"

TEMPLATES: tuple[tuple[str, str, str, Sequence[str]], ...] = (
    ("The {o} team | ", "organization", MEMBER, PEOPLE),
    ("How we work | {o} staff at their desks", "organization", MEMBER, PEOPLE),
    ("A week of plans | The {o} team at a workshop", "organization", MEMBER, PEOPLE),
    ("We asked our colleagues: why did you join {o}? | ", "organization", MEMBER, PEOPLE),
    ("New rules | {o} employees meet in the hall", "organization", MEMBER, PEOPLE),
    ("A talk on maps | {p}, who works for {o}", "organization", MEMBER, PEOPLE),
    ("A new guide by {o} | People at a table", "organization", NONE, PEOPLE),
    ("{o} opens its data | ", "organization", NONE, PEOPLE),
    ("Five ways to plan | {p} gives a talk at {o}", "organization", NONE, PEOPLE),
    ("What {o} learned about forms | A meeting", "organization", NONE, PEOPLE),
    ("News of the week | The head of {o} speaks", "organization", LEADER, PEOPLE),
    ("A new year | {o} director {p}", "organization", LEADER, PEOPLE),
    ("Visitors | Participants of {e}", "event", HERE, PEOPLE),
    ("{e} in pictures | People at {e}", "event", HERE, PEOPLE),
    ("What comes after {e} | A team at work", "event", NONE, PEOPLE),
    ("{p} | {p}", "person", SAME_PERSON, PEOPLE),
    ("Five questions for {p} | ", "person", SAME_PERSON, PEOPLE),
    ("A new year | Profile photo for {p}", "person", SAME_PERSON, PEOPLE),
    ("Boats | Photo by {p}", "person", NONE, PEOPLE),
    ("What {p} wrote about forms | A crowd in a hall", "person", NONE, PEOPLE),
    ("A new site | The {w} homepage", "product", WORK, SCREENS),
    ("Meet {w} | A screenshot of {w}", "product", WORK, SCREENS),
    ("Better pages | {w} on a phone", "product", WORK, SCREENS),
    ("A page from {w} | ", "product", WORK, SCREENS),
    ("How {w} was built | Sketches on paper", "product", NONE, SCREENS),
    ("What we learned from {w} | A chart of answers", "product", NONE, SCREENS),
    ("{o} opens its data | A chart", "organization", NONE, SCREENS),
    ("How {w} was built | People at work", "product", NONE, PEOPLE),
    ("The {o} team | ", "organization", NONE, SCREENS),
    ("The {w} homepage | ", "product", NONE, PEOPLE),
)
"""Text, type of the name, relation to objects of some classes: {o} organization, {p} person, {w} work, {e} event."""

_SLOTS = {"organization": "o", "person": "p", "product": "w", "event": "e"}


def written(
    count: int, seed: int, seen: Mapping[str, Sequence[NDArray[np.float32]]], tokenizer: WordTokenizer
) -> list[Pair]:
    """Draws scenes, as many of each template, and returns one pair of each.

    Args:
        count: How many.
        seed: Of the draws.
        seen: Vectors of right objects by class, from pictures for training.
        tokenizer: Splits texts into words.
    """
    draw = np.random.default_rng(seed)
    return [_scene(number, draw, seen, tokenizer) for number in range(count)]


def _scene(
    number: int, draw: np.random.Generator, seen: Mapping[str, Sequence[NDArray[np.float32]]], tokenizer: WordTokenizer
) -> Pair:
    template, kind, relation, classes = TEMPLATES[number % len(TEMPLATES)]
    filled = {
        "o": str(draw.choice(ORGS)),
        "w": str(draw.choice(WORKS)),
        "e": str(draw.choice(EVENTS)),
        "p": f"{draw.choice(FIRST)} {draw.choice(LAST)}",
    }
    text, name = template.format(**filled), filled[_SLOTS[kind]]
    start = text.rindex(name)
    (split,) = tokenizer.words([text])
    spelled = tuple(text[s:e] for s, e in zip(split.starts, split.ends, strict=True))
    inside = [n for n, s in enumerate(split.starts) if s < start + len(name) and split.ends[n] > start]
    known = [label for label in classes if seen.get(label)]
    others = [label for label in seen if seen[label]]
    alone = relation == SAME_PERSON
    labels = [str(draw.choice(known)), *([] if alone else map(str, draw.choice(others, int(draw.integers(0, 4)))))]
    looks = np.stack([seen[label][int(draw.integers(len(seen[label])))] for label in labels])
    names = numbered(labels)
    sizes = draw.uniform(0.4 if alone else 0.1, 0.9, (len(names), 2))
    boxes = {
        each: (float(draw.uniform(w / 2, 1 - w / 2)), float(draw.uniform(h / 2, 1 - h / 2)), float(w), float(h))
        for each, (w, h) in zip(names, sizes, strict=True)
    }
    example = Example(spelled, Span(inside[0], inside[-1] + 1), objects=boxes, target=names[0])
    return Pair(f"scene-{number}", f"scene-{number}", 0, 0, kind, labels[0], relation, True, example, looks)
