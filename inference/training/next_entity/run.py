"""A whole run: read a set, train, and measure the model that was best on the validation split."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn

from inference.research.sessions import link_sets
from inference.research.sessions.link_questions import LinkQuestions
from inference.research.sessions.models import COMPARATORS, MODELS
from inference.training.common.loop import ignore
from inference.training.common.own_articles import own_articles
from inference.training.common.progress import OnProgress, ignore_progress
from inference.training.common.vectors import text_modality
from inference.training.next_entity.measure import judge_links, judge_stories, links_tested, scorer, stories_tested
from inference.training.next_entity.metrics import Found
from inference.training.next_entity.shape import SessionShape
from inference.training.next_entity.stories import articles as stories
from inference.training.next_entity.stories.questions import StoryQuestions
from inference.training.next_entity.stories.wrong_candidates import NEGATIVES
from inference.training.next_entity.trainer import OnStep, SessionTrainingPlan, run_of, train
from topology.settings import settings

FEED = ("feeds", "current-events.jsonl")
STORIES = ("ours", "own-graph")
"""Entities as the feed's links name them, and as the text model and the registry read them, with types."""
SETS = ("amazon", "youtube", "amazon-random", "youtube-random", *STORIES)
AnyQuestions = LinkQuestions | StoryQuestions


@dataclass(frozen=True)
class Trainee:
    """What is trained, and how.

    Attributes:
        model: Its name in `MODELS`.
        shape: Its sizes.
        plan: How.
    """

    model: str
    shape: SessionShape
    plan: SessionTrainingPlan


def preset(name: str, model: str) -> Trainee:
    """Returns the sizes and the plan of a model on a set, which were chosen on validation splits."""
    shape, plan = SessionShape(sharpness=5.0), SessionTrainingPlan(epochs=4, questions=20_000, batch=256, patience=2)
    if name.endswith("random"):
        # Few edges: the similarity of two places means less, and weights need decay.
        shape = replace(shape, sharpness=1.0)
        plan = replace(plan, epochs=6, batch=64, rate=3e-3, negatives=4, decay=1e-3)
    if name in STORIES:
        # Counts are hard to beat: the model starts as their ranking, and learns to rank.
        shape = replace(shape, sharpness=1.0, counts=1.5, dropout=0.25)
        plan = replace(plan, epochs=5, batch=128, negatives=NEGATIVES, ranking=1.0)
    if model in COMPARATORS:
        # Models with a vector per item need higher rates, and weight decay.
        plan = replace(plan, rate=5e-3, rates=dict.fromkeys(plan.rates, 1e-3), decay=1e-6)
    return Trainee(model, shape, plan)


def questions_of(
    name: str,
    data: Path,
    cache: Path,
    *,
    seed: int,
    inductive: bool = True,
    part: float = 1.0,
    progress: OnProgress = ignore_progress,
) -> AnyQuestions:
    """Reads a set.

    Args:
        name: One of `SETS`.
        data: The data folder.
        cache: Where vectors are kept.
        seed: Of random splits, and of what is drawn.
        inductive: Whether the model reads vectors of the graph instead of having its own.
        part: Share of the set that is read.
        progress: Called with the texts encoded, and their number.

    Raises:
        LinkSetError: The set is not there or not what it should be.
        OSError: The feed is not there.
        EncoderMissing: The package that carries the text encoder is not installed.
    """
    if name in STORIES:
        feed = data.joinpath(*FEED)
        read = stories.read_own(own_articles(feed, settings())) if name == "own-graph" else stories.read_linked(feed)
        return story_questions(read, cache, seed, part, progress)
    folder, (set_, *drawn) = data / "kg" / "gatne", name.split("-")
    split = link_sets.random_split(set_, folder, seed, part) if drawn else link_sets.own_split(set_, folder, seed)
    if part < 1 and not drawn:
        kept = round(part * len(split.train))
        tested = slice(None, None, max(1, round(1 / part)))
        split = replace(split, train=split.train[:kept], test=split.test[tested], test_right=split.test_right[tested])
    return LinkQuestions(split, seed, cache, inductive=inductive)


def story_questions(
    articles: Sequence[stories.Article],
    cache: Path,
    seed: int,
    part: float = 1.0,
    progress: OnProgress = ignore_progress,
) -> StoryQuestions:
    """Returns the questions of articles; the entities' vectors are those of their names."""
    articles = articles[-round(part * len(articles)) :]
    names = sorted({item for article in articles for item in article.entities})
    return StoryQuestions(articles, {"language": text_modality(names, cache, progress)}, names, seed)


def judge(model: nn.Module, questions: AnyQuestions) -> float:
    """Returns a model's score on the validation split: AUC of links, MRR of stories."""
    if isinstance(questions, LinkQuestions):
        return judge_links(scorer(model), questions)
    return judge_stories(scorer(model), questions)


def trained(
    name: str, questions: AnyQuestions, trainee: Trainee, work: Path | None, report: OnStep = ignore
) -> tuple[nn.Module, float]:
    """Trains a model, or resumes its training; returns the best one on the validation split, and its score.

    Raises:
        CheckpointError: The work folder holds another run.
    """
    torch.manual_seed(trainee.plan.seed)
    model = MODELS[trainee.model](questions, trainee.shape)
    identity = run_of(trainee.model, (name, questions.items, len(questions)), trainee.shape, trainee.plan)
    with TemporaryDirectory() as passing:
        folder = work or Path(passing)
        best = train(
            model,
            questions,
            lambda m: judge(m, questions),
            trainee.plan,
            work=folder,
            run=identity,
            report=report,
        )
    return model, best


def run(
    name: str,
    questions: AnyQuestions,
    trainee: Trainee,
    work: Path | None,
    *,
    report: OnStep = ignore,
    asked: int | None = None,
) -> dict[str, Found]:
    """Trains a model and returns its scores on the test split; with a work folder, also writes its `scores.json`.

    Link sets have further scores, `untold`: without pairs that training has in the other direction or with another
    type.

    Args:
        name: Of the set.
        questions: Its questions.
        trainee: What is trained.
        work: Folder for checkpoints; None for none.
        report: Called after each step.
        asked: Test questions about stories, spread over time; None for all.

    Raises:
        CheckpointError: The work folder holds another run.
    """
    model, _ = trained(name, questions, trainee, work, report)
    scores = scorer(model)
    if isinstance(questions, StoryQuestions):
        found = {"test": stories_tested(scores, questions, asked)}
    else:
        split = questions.split
        found = {"test": links_tested(scores, questions)}
        known = split.in_training(split.test)
        if known.any() and split.test_right[~known].any():
            found["untold"] = links_tested(scores, questions, untold=True)
    if work:
        text = json.dumps({part: asdict(result) for part, result in found.items()}, indent=2)
        (work / "scores.json").write_text(text + "\n", encoding="utf-8")
    return found
