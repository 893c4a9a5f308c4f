"""Part "text": relations of two mentions in MNRE's tweets, read without their pictures, with knowledge and without."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import torch

from inference.evaluation.local_client import version_folder
from inference.evaluation.report import Cell, Context, Table
from inference.knowledge.memory import InMemoryKnowledge
from inference.object_relations.labels import no_relation
from inference.object_relations.shape import SMALL
from inference.object_relations.words import Pieces
from inference.research.relformer.data.freebase import freebase_facts
from inference.research.relformer.data.mnre import FILES, RELATIONS, TextPairs, read_mnre, with_knowledge
from inference.research.relformer.metrics import Scores
from inference.research.relformer.models import MODELS
from inference.research.relformer.trainer import RelationTrainingPlan, score_of, train
from inference.text.language.words import Words, WordTokenizer
from inference.training.text.served import Served
from topology.settings import settings

FEATURES = 384
SHAPE = replace(
    SMALL,
    vocabulary=30_522,
    relations=len(RELATIONS),
    text_features=FEATURES,
    positions=512,
    width=96,
    inner=192,
    picture=8,
    dropout=0.2,
)
FACTS = 8
QUICK = 300


class WordVectors:
    """The shipped text model's vectors of word pieces; it was not trained on MNRE, nor is it trained here."""

    def __init__(self, tokenizer: WordTokenizer) -> None:
        folder = version_folder(settings().models)
        self._tokenizer = tokenizer
        self._reader = Served(folder, folder).reader
        self._known: dict[tuple[str, ...], np.ndarray] = {}

    def of(self, words: Sequence[str]) -> np.ndarray:
        """Returns float16 [n + 1, 384]: the start's, and of each of the n pieces that `Pieces` gives."""
        key = tuple(words)
        if key not in self._known:
            found = self._tokenizer.words(key)
            pieces = [w.pieces or [self._tokenizer.sep_id] for w in found]
            ids = [self._tokenizer.cls_id, *(p for word in pieces for p in word)][: SHAPE.positions]
            cases = [0, *(c for w, word in zip(found, pieces, strict=True) for c in _cases(w, len(word)))][: len(ids)]
            given = np.array([*ids, self._tokenizer.sep_id], np.int32), np.array([*cases, 0], np.int32)
            self._known[key] = self._reader.encode(*given, np.arange(len(ids))).words.astype(np.float16)
        return self._known[key]


def _cases(word: Words, pieces: int) -> Iterable[int]:
    """Returns the case class of each piece of one of MNRE's words, which may be several of the tokenizer's."""
    if not word.cases:
        return [0] * pieces
    return [case for i, case in enumerate(word.cases) for _ in range(word.first[i], word.first[i + 1])]


def measure(context: Context) -> Table:
    """Trains the text side with knowledge and without, and measures both on the validation and the test split.

    Raises:
        DataMissing: MNRE or the knowledge is not there.
    """
    folder, kg = context.need("re", "mnre", "mnre_txt"), context.need("kg")
    splits = {split: read_mnre(folder / name) for split, name in FILES.items()}
    if context.quick:
        splits = {split: examples[:QUICK] for split, examples in splits.items()}
    context.log("knowledge for MNRE")
    source = InMemoryKnowledge(freebase_facts(kg))
    tokenizer = WordTokenizer(version_folder(settings().models) / "tokenizer.json")
    vectors = WordVectors(tokenizer)
    context.log("word vectors for MNRE")
    features = {split: [vectors.of(e.words) for e in examples] for split, examples in splits.items()}
    informed = {split: with_knowledge(examples, source, FACTS) for split, examples in splits.items()}
    rows: list[tuple[Cell, ...]] = []
    for title, examples in (("text alone", splits), ("text and knowledge", informed)):
        context.log(f"MNRE, {title}")
        data = {s: TextPairs(examples[s], features[s], Pieces(tokenizer), SHAPE) for s in splits}
        rows += [(title, split, *cells(scores, len(splits[split]))) for split, scores in fit(data, context).items()]
    known = np.mean([bool(e.knowledge) for e in informed["test"]])
    return Table(
        "MNRE, text side",
        ("read", "split", "accuracy", "precision", "recall", "F1", "pairs"),
        rows,
        f"Of the test pairs, {known:.0%} have a mention that FB15k-237 knows. Published, with BERT trained along and "
        "with pictures: F1 0.841 at best. The epoch was chosen on the validation split, the settings before any run.",
    )


def fit(data: dict[str, TextPairs], context: Context) -> dict[str, Scores]:
    """Trains once, and returns the scores of the epoch that is best on the validation split."""
    torch.manual_seed(context.seed)
    model = MODELS["relformer"](SHAPE)
    nothing = no_relation(RELATIONS)
    plan = RelationTrainingPlan(epochs=1 if context.quick else 6, batch=64, rate=1e-3, warmup=0.1, seed=context.seed)
    best: list[tuple[float, dict[str, Scores]]] = []

    def judge(epoch: Scores) -> None:
        if not best or epoch.tally.f1 > best[0][0]:
            best[:] = [(epoch.tally.f1, {"valid": epoch, "test": score_of(model, data["test"], nothing)})]

    train(model, data["train"], plan, lambda r: judge(r.valid) if r.valid else None, valid=(data["valid"], nothing))
    return best[0][1]


def cells(scores: Scores, pairs: int) -> tuple[float, float, float, float, int]:
    """Returns accuracy, precision, recall, F1 and the number of pairs."""
    tally = scores.tally
    return scores.accuracy, tally.precision, tally.recall, tally.f1, pairs
