"""Who is shown: whether the caption rule puts the right name to the right box, in pictures annotated by looking."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from inference.evaluation.local_client import local_extractor, version_folder
from inference.evaluation.report import Aim, Cell, Context, Report, Table
from inference.media.tracks import Track
from inference.text.types import TextDocument
from inference.training.pictures.annotated.reading import (
    FEED,
    PARTS,
    AnnotatedObject,
    AnnotatedPicture,
    annotated_pictures,
)
from inference.training.pictures.annotated.relations import PEOPLE
from inference.training.text.measure.scores import Tally, total
from streams.media.depicted import MODEL, depicted
from streams.media.fetching import Fetched
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import Article, Entity, MediaItem, Spot
from streams.news.media_items import media_items
from topology.ontology import load_ontology
from topology.settings import settings

DRAWS = 2000
QUICK = 6
AIM = 0.9

Claim = tuple[str, int]
"""A person's name as the picture's text writes it, and the index of the box that is said to show them."""


@dataclass(frozen=True, slots=True)
class Read:
    """A picture with its annotation and what the service knows of it.

    Attributes:
        part: Which part of the annotated pictures it is in.
        picture: The annotation.
        item: What the media stage is given.
    """

    part: str
    picture: AnnotatedPicture
    item: MediaItem


def evaluate(context: Context) -> Report:
    """Measures the caption rule on every annotated picture in which the detector sees people.

    Raises:
        DataMissing: The pictures are not there.
    """
    context.need("feeds", "gsa-images")
    read = list(_read(context, context.chosen("shown", PARTS)))
    rules: dict[str, Callable[[Read], set[Claim]]] = {"the service's rule": claims, "the largest person": largest}
    tables = [_table(rules, chosen, part, context.seed) for part, chosen in _groups(read)]
    whole = _total(claims, read)
    unseen = _total(claims, [r for r in read if r.part == "test"])
    named = sum(bool(truth(r.picture)) for r in read)
    return Report(
        "Who is shown",
        f"`{MODEL[0]}` {MODEL[1]} says that a box shows a named person. The names are those that the text model finds "
        "in the post today, the boxes those of the detector at its default threshold. A claim is right if a viewer put "
        "that name to that box, figure or face. To compare: a person whom the caption names is the largest in sight.",
        (
            (
                f"feeds/gsa-posts.jsonl (CC0): {len(read)} pictures with people in sight, annotated after "
                f"docs/annotation-pictures.md; {named} of them show somebody whom headline or caption name"
            ),
        ),
        tables,
        # The rule was fitted to the other parts. Without a claim there is no precision, and the aim is not reached.
        [Aim(f"precision of claims in the part test ({unseen.right + unseen.wrong})", unseen.precision, AIM)],
        notes=[
            (
                f"**Few**: {whole.right + whole.missed} people are named and shown, in {named} pictures of one "
                "publisher, so the intervals are wide. Where nothing is wrong the bootstrap has none for precision: "
                f"of {whole.right + whole.wrong} claims without a mistake, "
                f"{_least_precision(whole.right + whole.wrong):.2f} is the least precision that is not unlikely "
                "(Clopper-Pearson, 95 %). No caption here says left, right or in which order: such captions are tested "
                "on written examples only. The rule was fitted to the parts train and dev, so its claims there are no "
                "proof; only those in the part test are, if it makes any."
            ),
            (
                "Intervals are 95 % bootstrap intervals over pictures. What is missed is mostly named only in the "
                "headline, or one of several people of whom the words say what they do, and not where they are."
            ),
        ],
    )


def _least_precision(claims: int) -> float:
    """Returns the lower end of the exact interval of a share of which all of some claims are right."""
    return 0.025 ** (1 / claims) if claims else 0.0


def truth(picture: AnnotatedPicture) -> list[tuple[frozenset[str], frozenset[int]]]:
    """Returns each person who is shown: the names they have in the picture's text, and their boxes.

    Two names with the same boxes are one person.
    """
    found: dict[frozenset[int], set[str]] = {}
    for one in picture.shown:
        if one.objects:
            found.setdefault(frozenset(one.objects), set()).add(picture.words(one.name))
    return [(frozenset(names), boxes) for boxes, names in found.items()]


def tally(said: set[Claim], shown: Sequence[tuple[frozenset[str], frozenset[int]]]) -> Tally:
    """Compares claims with who is shown; a name that contains an annotated one, or is part of it, is the same."""
    right = {
        index
        for index, (names, boxes) in enumerate(shown)
        for name, box in said
        if box in boxes and any(name in other or other in name for other in names)
    }
    return Tally(len(right), len(said) - len(right), len(shown) - len(right))


def claims(read: Read) -> set[Claim]:
    """Returns what the service says."""
    found = [
        SeenObject(
            Entity(id=f"o{number}", name=thing.label, type="object"),
            Track(thing.label, thing.score, None, None, None, _edges(thing), None, 1),
            Spot(media=read.item.id, box=_edges(thing)),
        )
        for number, thing in enumerate(read.picture.objects)
        if thing.score is not None
    ]
    origin = Provenance(read.item, Fetched(read.picture.path, 1, "0" * 64), datetime(2026, 1, 1, tzinfo=UTC))
    boxes = {_edges(thing): number for number, thing in enumerate(read.picture.objects)}
    said = depicted(origin, found, load_ontology(settings().ontology))
    return {
        (t.evidence.subject.text, boxes[t.evidence.spot.box]) for t in said if t.evidence.spot and t.evidence.spot.box
    }


def largest(read: Read) -> set[Claim]:
    """Returns what would be said if the largest person were the one who is named."""
    sizes = {
        number: (thing.box.right - thing.box.left) * (thing.box.bottom - thing.box.top)
        for number, thing in enumerate(read.picture.objects)
        if thing.score is not None and thing.label in PEOPLE
    }
    biggest = max(sizes, key=lambda number: sizes[number])
    return {
        (name, biggest)
        for mention in read.item.mentions
        if mention.entity.type == "person"
        for name in (mention.entity.name,)
        if name in read.picture.caption
    }


def _edges(thing: AnnotatedObject) -> tuple[float, float, float, float]:
    box = thing.box
    return box.left, box.top, box.right, box.bottom


def _read(context: Context, parts: Sequence[str]) -> Iterator[Read]:
    chosen = [
        (part, picture)
        for part in PARTS
        if part in parts
        for picture in annotated_pictures(context.data, part)
        if any(thing.label in PEOPLE and thing.score is not None for thing in picture.objects)
    ]
    chosen = chosen[:QUICK] if context.quick else chosen
    wanted = {picture.post for _, picture in chosen}
    with (context.data / "feeds" / FEED).open(encoding="utf-8") as lines:
        posts = {post["id"]: post for post in map(json.loads, lines) if post["id"] in wanted}
    context.log(f"reading {len(posts)} posts")
    extractor = local_extractor(version_folder(settings().models))
    items: dict[tuple[str, str], MediaItem] = {}
    for post in posts.values():
        document = TextDocument(post["id"], post["headline"], post["body"])
        (extraction,) = asyncio.run(extractor.extract([document]))
        media = [
            {"uri": f"https://example.org/{medium['path'].rpartition('/')[2]}", "caption": medium["caption"] or ""}
            for medium in post["media"]
        ]
        article = Article(id=post["id"], headline=post["headline"], body=post["body"], media=media)
        for item in media_items(article, extraction):
            items[post["id"], item.uri.rpartition("/")[2]] = item
    for part, picture in chosen:
        yield Read(part, picture, items[picture.post, picture.id])


def _groups(read: Sequence[Read]) -> Iterator[tuple[str, list[Read]]]:
    for part in PARTS:
        chosen = [r for r in read if r.part == part]
        if chosen:
            yield part, chosen
    if len({r.part for r in read}) > 1:
        yield "all", list(read)


def _total(rule: Callable[[Read], set[Claim]], read: Iterable[Read]) -> Tally:
    return total(tally(rule(one), truth(one.picture)) for one in read)


def _table(rules: dict[str, Callable[[Read], set[Claim]]], read: Sequence[Read], part: str, seed: int) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for title, rule in rules.items():
        each = [tally(rule(one), truth(one.picture)) for one in read]
        whole = total(each)
        precision, recall = _intervals(each, seed)
        said = whole.precision if whole.right + whole.wrong else None
        rows.append((title, whole.right, whole.wrong, whole.missed, said, precision, whole.recall, recall))
    columns = ("rule", "right", "wrong", "missed", "precision", "95 %", "recall", "95 %")
    return Table(f"{part}: {len(read)} pictures".capitalize(), columns, rows)


def _intervals(each: Sequence[Tally], seed: int) -> tuple[str, str]:
    """Returns bootstrap intervals of precision and recall, as cells; a draw in which nothing is said does not count."""
    counts = np.array([(one.right, one.wrong, one.missed) for one in each])
    times = np.random.default_rng(seed).multinomial(len(each), np.full(len(each), 1 / len(each)), size=DRAWS)
    right, wrong, missed = (times @ counts).T
    return _range(right, right + wrong), _range(right, right + missed)


def _range(
    part: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", whole: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"
) -> str:
    shares = part[whole > 0] / whole[whole > 0]
    if not len(shares):
        return ""
    low, high = np.quantile(shares, [0.025, 0.975])
    return f"{low:.2f}-{high:.2f}"
