"""A whole run on MORE's data: read, train, keep the best epoch by the validation split, measure."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from inference.knowledge.base import KnowledgeBase, KnownFact
from inference.knowledge.cache import CachedKnowledge
from inference.knowledge.memory import InMemoryKnowledge, read_facts
from inference.knowledge.sparql import SparqlKnowledge
from inference.object_relations.batch import collate
from inference.object_relations.example import Example, Span
from inference.object_relations.labels import no_relation
from inference.object_relations.shape import RelFormerShape
from inference.object_relations.words import Pieces, Vocabulary
from inference.research.relformer.checkpoint import RelationRun, read_run
from inference.research.relformer.data.examples import MorePairs
from inference.research.relformer.data.more import MoreData
from inference.research.relformer.export import export
from inference.research.relformer.metrics import Scores
from inference.research.relformer.models import MODELS
from inference.research.relformer.tensors import Tensors
from inference.research.relformer.trainer import RelationTrainingPlan, score_of, train
from inference.text.language.words import WordTokenizer
from inference.training.common.loop import StepReport, ignore
from inference.training.common.run_folder import load_best


@dataclass(frozen=True)
class Trainee:
    """What is trained.

    Attributes:
        model: Its name in `MODELS`.
        shape: Its sizes.
        knowledge: Where background facts come from; None for none.
    """

    model: str
    shape: RelFormerShape
    knowledge: KnowledgeBase | None = None


def knowledge_source(path: Path | None, sparql: str | None) -> KnowledgeBase | None:
    """Returns the source that was named, None if none was.

    Raises:
        KnowledgeError: The file cannot be read, or the address is none.
    """
    if path is not None:
        return InMemoryKnowledge(read_facts(path))
    return None if sparql is None else CachedKnowledge(SparqlKnowledge(sparql))


def export_run(work: Path, out: Path) -> None:
    """Writes a run's best weights as ONNX.

    Raises:
        CheckpointError: The folder holds none.
    """
    identity = read_run(work)
    model = MODELS[identity.model](identity.shape)
    load_best(work, model)
    words = ("a", "b")
    pair = Example(words, Span(0, 1), 0, {"c": (0.5, 0.5, 1.0, 1.0)}, "c", knowledge=(KnownFact("a", "is", "b"),))
    export(model, identity, Tensors.of(collate([pair, pair], Vocabulary(words), identity.shape)), out)


def run(
    data: MoreData,
    trainee: Trainee,
    how: RelationTrainingPlan,
    work: Path,
    *,
    tokenizer: Path,
    report: Callable[[StepReport[Scores]], None] = ignore,
) -> dict[str, Scores]:
    """Trains a model and measures it on the splits that it was not trained on.

    Raises:
        MoreError: A picture cannot be read.
        CheckpointError: The work folder holds another run.
        FileNotFoundError: There is no tokenizer.
    """
    torch.manual_seed(how.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = MODELS[trainee.model](trainee.shape).to(device)
    reader = Pieces(WordTokenizer(tokenizer))
    splits = {split: MorePairs(pairs, reader, trainee.shape, trainee.knowledge) for split, pairs in data.splits.items()}
    nothing = no_relation(data.relations)
    judge = splits.get("valid", splits["train"])
    identity = RelationRun(trainee.model, trainee.shape, data.relations, asdict(how))
    train(model, splits["train"], how, report, valid=(judge, nothing), work=work, run=identity)
    return {split: score_of(model, pairs, nothing) for split, pairs in splits.items() if split != "train"}
