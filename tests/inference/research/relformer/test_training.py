"""Training: from MORE's format to scores, and a run that was stopped goes on as if it had not been."""

from dataclasses import replace

import pytest

pytest.importorskip("torch")

import numpy as np
import torch
from typer.testing import CliRunner

from inference.evaluation.report import Context, DataMissing
from inference.object_relations.batch import collate
from inference.object_relations.client import RELATION_MODEL
from inference.object_relations.labels import read_weights
from inference.object_relations.question import Question, examples
from inference.object_relations.shape import SMALL
from inference.object_relations.words import Pieces
from inference.research.relformer import run
from inference.research.relformer.checkpoint import RelationRun, read_run
from inference.research.relformer.data import scenes
from inference.research.relformer.data.examples import InMemory
from inference.research.relformer.data.more import read_more
from inference.research.relformer.model import RelFormer
from inference.research.relformer.reports import report, visual_cues
from inference.research.relformer.reports.fit import Amount, sometimes_without
from inference.research.relformer.tensors import Tensors
from inference.research.relformer.trainer import RelationTrainingPlan, train
from inference.text.language.words import WordTokenizer
from inference.text.types import Span as Characters
from inference.training.common import loop, run_folder
from inference.training.common.checkpoint import CheckpointError
from inference.triton.served_code import served_code
from tests.inference.research.relformer.miniature import BOXES, write_miniature
from tests.inference.training.text.tiny import MODEL
from topology.cli import app
from topology.settings import REPOSITORY

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

WORDS = scenes.vocabulary()
SHAPE = replace(
    SMALL,
    vocabulary=len(WORDS),
    relations=4,
    positions=24,
    picture=16,
    width=8,
    heads=2,
    inner=8,
    self_layers=1,
    dropout=0.1,
)
PLAN = RelationTrainingPlan(epochs=4, batch=8, rate=1e-2, seed=3)


def pairs():
    return InMemory(Tensors.of(collate([s.example for s in scenes.scenes(24, 1)], WORDS, SHAPE)))


def fresh():
    torch.manual_seed(PLAN.seed)
    return RelFormer(SHAPE)


def test_a_stopped_run_goes_on_as_if_it_had_not_been(tmp_path):
    about = RelationRun("relformer", SHAPE, scenes.RELATIONS, {"epochs": 4})
    data = pairs()
    whole, halves = fresh(), fresh()
    losses = []
    train(whole, data, PLAN, lambda r: losses.append(r.loss))

    class StopError(Exception):
        """Ends a run in its third epoch."""

    def stop(step):
        if step.step == 7:
            raise StopError

    with pytest.raises(StopError):
        train(halves, data, PLAN, stop, work=tmp_path, run=about)
    again, steps = fresh(), []
    train(again, data, PLAN, lambda r: steps.append(r.step), work=tmp_path, run=about)
    assert steps == [7, 8, 9, 10, 11, 12]
    assert all(torch.equal(a, b) for a, b in zip(whole.state_dict().values(), again.state_dict().values(), strict=True))
    assert len(losses) == loop.steps_of(24, PLAN.epochs, PLAN.batch) == 12
    with pytest.raises(CheckpointError, match="another"):
        train(fresh(), data, PLAN, work=tmp_path, run=replace(about, plan={"epochs": 5}))


def test_some_scenes_lack_a_modality_and_still_name_their_pair():
    torch.manual_seed(0)
    batch = Tensors.of(collate([s.example for s in scenes.scenes(320, 1)], WORDS, SHAPE))
    changed = sometimes_without(batch)
    blind, flat = (~changed.seen).float().mean().item(), (~changed.deep).float().mean().item()
    ignorant = (changed.node_kinds == 0).all(dim=1).float().mean().item()
    silent = (changed.text.sum(dim=1) < batch.text.sum(dim=1)).float().mean().item()
    both = (~changed.seen & ~changed.deep).float().mean().item()
    assert all(0.02 < share < 0.09 for share in (blind - both, flat - both, both, ignorant, silent))
    assert (changed.text & (batch.roles == 1)).sum() == (batch.roles == 1).sum()
    assert changed.text[:, 0].all()


@pytest.fixture(scope="module")
def miniature(tmp_path_factory):
    return write_miniature(tmp_path_factory.mktemp("data") / "MORE")


@pytest.fixture(scope="module")
def trained(miniature, tmp_path_factory):
    """The folder of a run on the miniature, what it measured, and what it reported on the way."""
    work, reported = tmp_path_factory.mktemp("run"), []
    trainee = run.Trainee("relformer", TINY)
    found = run.run(
        read_more(miniature), trainee, LEARN, work, tokenizer=MODEL / "tokenizer.json", report=reported.append
    )
    return work, found, reported


TINY = replace(SMALL, relations=3, width=16, heads=2, inner=16, self_layers=1, picture=8)
LEARN = RelationTrainingPlan(epochs=12, batch=2, rate=5e-3, warmup=0.1, seed=1)


def test_a_model_learns_the_miniature_and_the_folder_says_what_it_is(trained):
    work, found, reported = trained
    assert found.keys() == {"valid", "test"}
    assert found["test"].tally.f1 == 1
    assert sum(report.valid is not None for report in reported) == LEARN.epochs
    about = read_run(work)
    assert (about.model, about.shape, about.relations) == ("relformer", TINY, ("none", "steers", "owns"))
    model = RelFormer(about.shape)
    run_folder.load_best(work, model)


def test_what_was_learnt_is_what_is_served(trained, tmp_path):
    run.export_run(trained[0], tmp_path)
    served = served_code(REPOSITORY / "triton_models" / RELATION_MODEL / "1", "relations")
    weights = read_weights((tmp_path / "labels.json").read_bytes())
    assert (weights.relations, weights.shape) == (("none", "steers", "owns"), TINY)
    assert len(weights.version) == 12
    model = served.Relations(served.describe(tmp_path), served.session(tmp_path, 1))
    picture = np.zeros((24, 40, 3), np.uint8)
    picture[:, :20, 0] = picture[:, 20:, 2] = 250
    words = WordTokenizer(MODEL / "tokenizer.json")
    for verb, relation in (("steers", "steers"), ("owns", "owns"), ("passes", "none")):
        question = Question(
            text=f"Ada Berg {verb} the boat",
            names=[Characters(0, 8)],
            labels=["boat", "car"],
            boxes=[tuple(box) for box in BOXES.values()],
            pairs=[(0, 0)],
            picture=picture,
        )
        batch = collate(examples(question, words), Pieces(words), weights.shape)
        (scores,) = model.scores({name: getattr(batch, name) for name in served.INPUTS})
        assert weights.relations[scores.argmax()] == relation


def invoke(*arguments):
    return CliRunner().invoke(app, ["train", "relformer", *map(str, arguments)])


def test_the_command_trains_and_a_second_time_only_measures(miniature, tmp_path):
    facts = tmp_path / "facts.jsonl"
    facts.write_text('{"subject": "Ada Berg", "predicate": "pilot of", "object": "boat"}\n')
    arguments = ("--data", miniature, "--work", tmp_path / "work", "--preset", "small", "--epochs", 1, "--threads", 1)
    first = invoke(*arguments, "--knowledge", facts, "--prefix")
    assert first.exit_code == 0, first.output
    assert "train: 12 pairs, valid: 6 pairs, test: 6 pairs" in first.output
    assert "step 1: " in first.output
    assert "test: accuracy" in first.output
    again = invoke(*arguments, "--knowledge", facts, "--prefix")
    assert "step 1: " not in again.output
    assert again.output.splitlines()[-2] == first.output.splitlines()[-2]
    exported = CliRunner().invoke(
        app, ["train", "relformer-export", "--work", str(tmp_path / "work"), "--out", str(tmp_path / "onnx")]
    )
    assert exported.exit_code == 0, exported.output
    assert (tmp_path / "onnx" / "model.onnx").is_file()
    other = invoke(*arguments, "--model", "cnn-lstm")
    assert other.exit_code == 1
    assert "another" in other.output


def test_bad_data_is_one_line_that_names_it(tmp_path):
    folder = write_miniature(tmp_path / "MORE")
    (folder / "txt" / "test.txt").write_text("{'token'\n")
    result = invoke("--data", folder, "--work", tmp_path / "work", "--preset", "small", "--threads", 1)
    assert result.exit_code == 1
    assert "line 1: not a Python literal" in " ".join(result.output.split())


def test_the_report_measures_what_it_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(report, "QUICK", Amount(scenes=32, held_out=16, epochs=1, seeds=1))
    found = report.evaluate(Context(tmp_path, quick=True, parts=("comparators",)))
    (table,) = found.tables
    assert [row[0] for row in table.rows][-1] == "RelFormer"
    assert len(table.rows) == 5
    with pytest.raises(DataMissing, match="no part tides"):
        report.evaluate(Context(tmp_path, quick=True, parts=("tides",)))


def test_the_scenes_report_has_a_column_for_each_ablation(monkeypatch, tmp_path):
    monkeypatch.setattr(report, "QUICK", Amount(scenes=32, held_out=16, epochs=1, seeds=1))
    found = report.evaluate(Context(tmp_path, quick=True, parts=("scenes",)))
    (table,) = found.tables
    assert len(table.columns) == 2 + len(scenes.MODALITIES)
    assert [row[0] for row in table.rows] == list(scenes.PARTS)
    assert len(found.aims) == len(scenes.PARTS) + len(scenes.MODALITIES)


def test_models_with_and_without_visual_cues_are_compared_pair_by_pair(monkeypatch, tmp_path):
    reached = {"without": [0.9, 0.5, 0.7], "with": [0.95, 0.4, 0.8]}
    seeds = [
        [{"all parts": share, "no picture": share / 2} for share in reached[title]] for title in ("without", "with")
    ]
    monkeypatch.setattr(visual_cues, "measure", lambda *_: dict(zip(("without", "with"), seeds, strict=True)))
    found = visual_cues.evaluate(Context(tmp_path, quick=True))
    (table,) = found.tables
    assert table.rows[-1] == ("pairs that gained / lost", "2 / 1", "2 / 1")
    assert table.rows[-2][1] == "+0.017 ± 0.060"
    assert [aim.measured for aim in found.aims] == pytest.approx([0.05 / 3, 0.025 / 3])


def test_a_pair_differs_in_its_cues_alone(monkeypatch, tmp_path):
    fitted = []
    monkeypatch.setattr(visual_cues, "fit", lambda *given: fitted.append(given) or given)
    monkeypatch.setattr(visual_cues, "by_part", lambda *_: dict.fromkeys(scenes.PARTS, 0.5))
    measured = visual_cues.measure(Amount(scenes=16, held_out=8, epochs=1, seeds=2), Context(tmp_path, seed=3))
    assert [given[3:] for given in fitted] == [(s, c) for s in (3, 4) for c in (visual_cues.SHAPE, visual_cues.CUES)]
    assert all(given[1] is fitted[0][1] for given in fitted)
    assert measured["with"] == [{"all parts": 0.5, "no picture": 0.5}] * 2
