"""RelFormer on annotated pictures, against the caption rule, one modality alone, and the comparators."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import torch
from numpy.typing import NDArray

from inference.evaluation.local_client import version_folder
from inference.evaluation.report import Aim, Cell, Context, Report, Table
from inference.media.tracks import Track
from inference.object_relations.shape import SMALL, RelFormerShape
from inference.object_relations.words import Pieces
from inference.research.relformer.data.annotated import FrozenPairs, ObjectLooks, Pair, pairs_of
from inference.research.relformer.data.written import written
from inference.research.relformer.models import MODELS, TITLES
from inference.research.relformer.reports.mnre import FEATURES, WordVectors
from inference.research.relformer.trainer import MEASURE_ROWS, RelationTrainingPlan, train
from inference.text.language.words import WordTokenizer
from inference.training.pictures.annotated.reading import PARTS, AnnotatedPicture, Part, annotated_pictures
from inference.training.pictures.annotated.relations import NONE, PEOPLE, SAME_PERSON
from streams.media.depicted import depicted
from streams.media.fetching import Fetched
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import Entity, EntityMention, MediaItem, Spot
from topology.ontology import load_ontology
from topology.settings import settings

AIM = 0.85
"""Share of right relations that a shipped threshold must reach."""

SCENES, EPOCHS, SEEDS = 300, 8, 2
A_PICTURE, A_POST = 6, 40
"""Most training pairs of one picture, and of one post: a group has hundreds, and one post 37 portraits."""

GRID = np.arange(0.3, 1.0, 0.02)

Key = tuple[str, int, int]
"""Picture, name and object."""
Claims = dict[Key, tuple[str, float]]
"""What is said of pairs, and how surely."""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall by pair, by picture and by post, each of which then counts as one.

    Attributes:
        claims: How many relations are said.
        pictures: Of how many pictures.
        precision: By pair, picture and post.
        recall: By pair, picture and post.
    """

    claims: int
    pictures: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]


def evaluate(context: Context) -> Report:
    """Trains on the part train and generated scenes, chooses thresholds on dev, and measures test once.

    Raises:
        DataMissing: The pictures are not there.
    """
    context.need("feeds", "gsa-images")
    torch.set_num_threads(1)  # with more, sums come out in any order
    tokenizer = WordTokenizer(version_folder(settings().models) / "tokenizer.json")
    looks, words, reader = ObjectLooks(), WordVectors(tokenizer), Pieces(tokenizer)
    pictures = {part: list(annotated_pictures(context.data, part)) for part in PARTS}
    if context.quick:
        pictures = {part: [p for p in found if p.relations or p.shown][:8] for part, found in pictures.items()}
    context.log("looking at pictures")
    pairs = {part: [pair for p in found for pair in pairs_of(p, looks, tokenizer)] for part, found in pictures.items()}
    held_out: tuple[Part, ...] = ("dev", "test")
    held: dict[str, list[Pair]] = {part: [pair for pair in pairs[part] if pair.found] for part in held_out}
    seen = _by_class(pictures["train"], pairs["train"])
    scenes = written(90 if context.quick else SCENES, context.seed, seen, tokenizer)
    chosen = spread(pairs["train"], np.random.default_rng(context.seed))
    relations = (NONE, *sorted({p.relation for p in [*chosen, *scenes]} - {NONE}))
    shape = replace(
        SMALL,
        vocabulary=1,  # words come as vectors
        relations=len(relations),
        text_features=FEATURES,
        object_features=looks.width,
        dropout=0.1,
    )
    frozen = _Frozen([*chosen, *scenes], held, relations, words, reader, shape)
    scored: list[tuple[str, Mapping[str, Sequence[Claims]]]] = [
        ("the service's rule", {part: [rule(pictures[part])] for part in held_out}),
        ("types alone", {part: [types_alone(pairs["train"], held[part])] for part in held}),
    ]
    ways = [("RelFormer", "relformer", ""), ("RelFormer, text alone", "relformer", "picture")]
    ways.append(("RelFormer, picture alone", "relformer", "text"))
    ways += [(TITLES[name], name, "") for name in MODELS if name != "relformer"]
    for title, name, without in ways:
        context.log(title)
        seeds = 1 if context.quick or title != "RelFormer" else SEEDS
        said = frozen.claims(name, without, range(context.seed, context.seed + seeds), context.quick)
        found = score(said["dev"][0], held["dev"])
        context.log(f"{title} on dev, by picture: {found.precision[1]:.3f} right, {found.recall[1]:.3f} found")
        scored.append((title, said))
    train_pictures, train_pairs = len(pictures["train"]), len(pairs["train"])
    sources = (
        (
            f"feeds/gsa-posts.jsonl (CC0), annotated after docs/annotation-pictures.md: {train_pictures} pictures with "
            f"{train_pairs} pairs for training, of which {len(chosen)} are used; "
            + ", ".join(f"{len(held[part])} pairs of {len(pictures[part])} pictures in {part}" for part in held_out)
        ),
        f"{len(scenes)} generated scenes: captions by templates, objects of the training pictures",
        "pairs of the part test: "
        + ", ".join(f"{n} {relation}" for relation, n in Counter(p.relation for p in held["test"]).most_common()),
    )
    return _report(scored, held, sources)


@dataclass(frozen=True)
class _Frozen:
    """What every model of the comparison is trained and measured with."""

    train: Sequence[Pair]
    held: Mapping[str, Sequence[Pair]]
    relations: Sequence[str]
    words: WordVectors
    reader: Pieces
    shape: RelFormerShape

    def claims(self, name: str, without: str, seeds: range, quick: bool) -> dict[str, list[Claims]]:
        """Trains a model once a seed, and returns what it says of each held-out part."""
        said: dict[str, list[Claims]] = {part: [] for part in self.held}
        for seed in seeds:
            torch.manual_seed(seed)
            model = MODELS[name](self.shape)
            plan = RelationTrainingPlan(epochs=1 if quick else EPOCHS, batch=32, rate=2e-3, warmup=0.1, seed=seed)
            train(model, self._data(self.train, without), plan)
            model.eval()
            for part, pairs in self.held.items():
                data = self._data(pairs, without)
                with torch.no_grad():
                    parts = torch.arange(len(pairs)).split(MEASURE_ROWS)
                    found = [torch.softmax(model(data.batch(rows)), dim=1).numpy() for rows in parts]
                said[part].append(self._said(pairs, np.concatenate(found)))
        return said

    def _data(self, pairs: Sequence[Pair], without: str) -> FrozenPairs:
        return FrozenPairs(pairs, self.relations, self.words, self.reader, self.shape, without)

    def _said(self, pairs: Sequence[Pair], scores: NDArray[np.float32]) -> Claims:
        best = scores.argmax(axis=1)
        return {
            (pair.picture, pair.name, pair.thing): (self.relations[kind], float(scores[row, kind]))
            for row, (pair, kind) in enumerate(zip(pairs, best, strict=True))
            if self.relations[kind] != NONE
        }


def spread(pairs: Sequence[Pair], draw: np.random.Generator) -> list[Pair]:
    """Returns pairs in random order, `A_PICTURE` of a picture and `A_POST` of a post at most."""
    of: Counter[str] = Counter()
    kept = []
    for n in draw.permutation(len(pairs)):
        pair = pairs[n]
        picture, post = f"picture {pair.picture}", f"post {pair.post}"
        if of[picture] < A_PICTURE and of[post] < A_POST:
            of.update((picture, post))
            kept.append(pair)
    return kept


def _by_class(pictures: Sequence[AnnotatedPicture], pairs: Sequence[Pair]) -> dict[str, list[NDArray[np.float32]]]:
    """Returns the vectors of all right objects of pictures that have a pair, by class."""
    wrong = {(p.id, n) for p in pictures for n, thing in enumerate(p.objects) if thing.wrong}
    found: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    done = set()
    for pair in pairs:
        at = pair.picture, pair.thing
        if at not in wrong and at not in done:
            done.add(at)
            found[pair.label].append(pair.looks[pair.thing])
    return dict(found)


def rule(pictures: Sequence[AnnotatedPicture]) -> Claims:
    """Returns what the caption rule says, given the annotated names that the text model had found."""
    ontology, said = load_ontology(settings().ontology), Claims()
    for picture in pictures:
        boxes = {(o.box.left, o.box.top, o.box.right, o.box.bottom): n for n, o in enumerate(picture.objects)}
        seen = [
            SeenObject(
                Entity(id=f"o{n}", name=picture.objects[n].label, type="object"),
                Track(picture.objects[n].label, picture.objects[n].score or 0, None, None, None, box, None, 1),
                Spot(media="m", box=box),
            )
            for box, n in boxes.items()
            if picture.objects[n].score is not None
        ]
        at = {n: picture.words(n) for n, name in enumerate(picture.names) if name.found}
        mentions = {w: EntityMention(entity=Entity.of(w, picture.names[n].type)) for n, w in at.items()}
        item = MediaItem(
            id="m", uri="https://example.org/a.jpg", caption=picture.caption, mentions=tuple(mentions.values())
        )
        origin = Provenance(item, Fetched(picture.path, 1, "0" * 64), datetime(2026, 1, 1, tzinfo=UTC))
        for triple in depicted(origin, seen, ontology):
            spot = triple.evidence.spot
            for n, words in at.items():
                if words == triple.evidence.subject.text and spot and spot.box:
                    said[picture.id, n, boxes[spot.box]] = SAME_PERSON, triple.confidence
    return said


def types_alone(train_pairs: Sequence[Pair], pairs: Sequence[Pair]) -> Claims:
    """Returns what is commonest in training for the name's type and whether the object is a person."""

    def cell(pair: Pair) -> tuple[str, bool]:
        return pair.kind, pair.label in PEOPLE

    counts: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for pair in train_pairs:
        counts[cell(pair)][pair.relation] += 1
    said = Claims()
    for pair in pairs:
        seen = counts[cell(pair)]
        relation, times = max(seen.items(), key=lambda each: each[1], default=(NONE, 0))
        if relation != NONE:
            said[pair.picture, pair.name, pair.thing] = relation, times / seen.total()
    return said


def score(said: Claims, pairs: Sequence[Pair], least: float = 0.0) -> Score:
    """Measures what is said with at least some confidence."""
    gold = {(p.picture, p.name, p.thing): p.relation for p in pairs}
    post = {p.picture: p.post for p in pairs}
    given = {key: relation for key, (relation, sure) in said.items() if sure >= least and key in gold}
    right = {key: gold[key] == relation for key, relation in given.items()}
    found = {key: given.get(key) == relation for key, relation in gold.items() if relation != NONE}
    groups: tuple[Callable[[Key], object], ...] = (lambda key: key, lambda key: key[0], lambda key: post[key[0]])
    precision, recall = ([_mean(hits, group) for group in groups] for hits in (right, found))
    return Score(
        len(given),
        len({key[0] for key in given}),
        (precision[0], precision[1], precision[2]),
        (recall[0], recall[1], recall[2]),
    )


def _mean(hits: Mapping[Key, bool], group: Callable[[Key], object]) -> float:
    """Returns the mean over groups of the share of hits in each; 0 without any."""
    shares: dict[object, list[bool]] = defaultdict(list)
    for key, hit in hits.items():
        shares[group(key)].append(hit)
    return float(np.mean([np.mean(each) for each in shares.values()])) if shares else 0.0


def threshold(said: Sequence[Claims], pairs: Sequence[Pair]) -> float | None:
    """Returns the least confidence at which `AIM` of a picture's claims are right, on the seeds' mean; or None."""
    for least in GRID:
        scores = [score(each, pairs, float(least)) for each in said]
        spoken = [s.precision[1] for s in scores if s.claims]
        if len(spoken) == len(said) and np.mean(spoken) >= AIM:
            return float(least)
    return None


def _report(
    scored: Sequence[tuple[str, Mapping[str, Sequence[Claims]]]],
    held: Mapping[str, Sequence[Pair]],
    sources: tuple[str, ...],
) -> Report:
    tables, aims = [], []
    limits = {title: threshold(said["dev"], held["dev"]) for title, said in scored[2:]}
    for part in held:
        whole: list[tuple[Cell, ...]] = [(title, *_row(said[part], held[part], 0.0)) for title, said in scored]
        tables.append(Table(f"{part}: the likeliest relation".capitalize(), COLUMNS, whole))
    sure: list[tuple[Cell, ...]] = [("the service's rule", None, *_row(scored[0][1]["test"], held["test"], 0.0))]
    for title, said in scored[2:]:
        least = limits[title]
        row = _row(said["test"], held["test"], least) if least is not None else (None,) * (len(COLUMNS) - 1)
        sure.append((title, least, *row))
    note = f"The least confidence at which {AIM:.0%} of a picture's claims are right on dev, on the mean of the seeds."
    tables.append(Table("Test, from a confidence on", ("model", "from", *COLUMNS[1:]), sure, note))
    least = limits["RelFormer"]
    relformer = dict(scored)["RelFormer"]["test"]
    reached = [score(each, held["test"], least) for each in relformer] if least is not None else []
    precision = float(np.mean([s.precision[1] for s in reached])) if reached else 0.0
    aims.append(Aim("RelFormer: right by picture, from its confidence on, test", precision, AIM))
    return Report(
        "Relations in annotated pictures",
        ABOUT,
        sources,
        tables,
        aims,
        notes=[NOTES],
    )


COLUMNS = (
    "model", "claims", "pictures", "right by pair", "by picture", "by post",
    "found by pair", "by picture", "by post",
)  # fmt: skip

ABOUT = """\
RelFormer's small preset (width 64, two layers of self-attention, one with cross-attention) on frozen vectors of the
service's own models: the text model's of words in headline and caption, and what the detector's network says of each
box. It has a class for pairs without a relation. The service's rule is `caption-rule`, which says one relation only.
"Types alone" says what is commonest in training for the name's type and people or things. Text or picture alone: the
other is hidden, in training too."""

NOTES = """\
Right: the share of what is said that is right (precision). Found: the share of what should be said (recall). By picture
and by post: the mean over pictures, or posts, that have any. RelFormer's numbers are means over two seeds, the
others' are of one. Settings were fixed before the part test was measured."""


def _row(said: Sequence[Claims], pairs: Sequence[Pair], least: float | None) -> tuple[Cell, ...]:
    scores = [score(each, pairs, least or 0.0) for each in said]
    precision = [float(np.mean([s.precision[n] for s in scores])) for n in range(3)]
    recall = [float(np.mean([s.recall[n] for s in scores])) for n in range(3)]
    return (
        round(float(np.mean([s.claims for s in scores]))),
        round(float(np.mean([s.pictures for s in scores]))),
        *precision,
        *recall,
    )
