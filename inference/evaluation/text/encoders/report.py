"""Trains the text model from each encoder alike, and writes what each finds for what it costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inference.evaluation.report import Report, Table
from inference.evaluation.text.encoders.candidates import CANDIDATES, Candidate
from inference.evaluation.text.encoders.measure import EncoderScore, measured
from inference.training.common.calibrate import Calibration
from inference.training.common.checkpoint import load_model
from inference.training.text import run
from inference.training.text.annotated.reading import annotated
from inference.training.text.dataset import Example
from inference.training.text.export.files import export_all
from inference.training.text.trainer import TextStepReport, TextTrainingPlan, own_bf16, train
from topology.ontology import Ontology

REPEATS = {"annotated": 1.0, "patterns": 0.5}
"""What the models learn from: news that readers annotated, and patterns with relations and happenings of every kind."""


@dataclass(frozen=True)
class Setting:
    """What all encoders have in common.

    Attributes:
        ontology: Types and relations.
        code: The served version folder, whose code and tokenizer read.
        data: The data folder.
        cache: Where downloads are kept.
        work: Folder of the runs.
        steps: Steps of each training.
        seed: Of heads, batches and dropout.
    """

    ontology: Ontology
    code: Path
    data: Path
    cache: Path
    work: Path
    steps: int
    seed: int


def compare(
    setting: Setting, log: Callable[[str], None], report: Callable[[Candidate, TextStepReport], None]
) -> Report:
    """Trains what is not trained yet, then measures all in one go.

    Args:
        setting: What all have in common.
        log: Called with a line on what goes on.
        report: Called after each step of a training.

    Raises:
        StackError: An encoder cannot be downloaded.
        CheckpointError: A folder holds a run of another plan.
    """
    splits = run.load(
        setting.data,
        setting.ontology,
        setting.code / "tokenizer.json",
        lambda source, count: log(f"{source}: {count} passages"),
        only=REPEATS,
    )
    for candidate in CANDIDATES:
        _trained(candidate, setting, splits.train, partial(report, candidate))
    texts = list(annotated(setting.data, "dev"))
    scores = {}
    for candidate in CANDIDATES:
        scores[candidate] = measured(setting.work / candidate.name / "served", setting.code, setting.ontology, texts)
        log(f"{candidate.title}: facts F1 {scores[candidate].facts.f1:.3f}, {scores[candidate].seconds:.1f} s")
    return written(setting, scores, len(texts))


def _trained(
    candidate: Candidate, setting: Setting, examples: list[Example], report: Callable[[TextStepReport], None]
) -> None:
    folder = setting.work / candidate.name
    if (folder / "served" / "labels.json").is_file():
        return
    model = candidate.model(setting.ontology, setting.seed, setting.cache)
    plan = TextTrainingPlan(steps=setting.steps, seed=setting.seed, pieces=1536, repeats=REPEATS, bf16=own_bf16())
    train(model, examples, plan, folder, report)
    load_model(folder, model)
    model.eval()
    export_all(
        model,
        setting.ontology,
        setting.code / "tokenizer.json",
        folder / "served",
        calibration=Calibration(),
        version="0.0.0",
    )


def written(setting: Setting, scores: Mapping[Candidate, EncoderScore], texts: int) -> Report:
    """Returns the report.

    Args:
        setting: What all encoders had in common.
        scores: What the model found that started from each.
        texts: How many texts were read.
    """
    least = min(score.seconds for score in scores.values())
    table = Table(
        "Encoders",
        ("encoder", "facts P", "R", "F1", "names F1", "triggers and classes F1", "roles F1", "processor time", "s"),
        [
            (
                candidate.title,
                score.facts.precision,
                score.facts.recall,
                score.facts.f1,
                score.mentions.f1,
                score.triggers.f1,
                score.roles.f1,
                f"{score.seconds / least:.2f} x",
                score.seconds,
            )
            for candidate, score in scores.items()
        ],
        "Facts are those without geography, with the service's rules, at the threshold that serves each model best. "
        "Processor time is that of one process that reads 1,000 such texts with one thread, without a second reading.",
    )
    return Report(
        "Encoders for the text model",
        f"The text model, {setting.steps} steps of 1,536 pieces from each encoder, with the same heads, batches and "
        "rates, read as the service reads. The training is short: the differences count, not the heights.",
        (
            "inference/training/text/annotated: parts train and more, to learn from",
            "inference/training/text/sources/patterns, to learn from",
            f"inference/training/text/annotated/dev.jsonl: {texts} texts, to measure with",
        ),
        [table],
    )
