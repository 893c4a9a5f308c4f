"""Training on graphs: a stopped run goes on as if it had not been, and each model learns what can be known."""

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from typer.testing import CliRunner

from inference.research.graph_completion import readers, run, trainer
from inference.research.graph_completion.generated import Recipe, generate
from inference.research.graph_completion.model import ContrastiveGraph
from inference.research.graph_completion.models import MODELS
from inference.research.graph_completion.ranking import ranks
from inference.research.graph_completion.shape import GraphShape
from inference.research.graph_completion.trainer import CompletionTrainingPlan, train
from inference.training.common import run_folder, vectors
from inference.training.common.checkpoint import CheckpointError
from inference.training.common.loop import StepReport
from inference.training.common.ranks import known_answers
from tests.inference.research.graph_completion.miniature import write_mkgc
from topology.cli import app
from topology.cli.train import graph as train_graph
from topology.settings import settings

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

SHAPE = GraphShape(rank=8, heads=2, neighbours=4, wide=8, pairs=64)
RECIPE = Recipe(entities=80, relations=4, kinds=2, width=6, traits=6, shown=4, missing=0.0, blur=0.02)
PLAN = CompletionTrainingPlan(epochs=4, batch=32, every=2, patience=0, seed=3)
LIBRARY = ("transe", "distmult", "complex", "rotate", "compgcn")


@pytest.fixture(scope="module")
def graph():
    return generate(RECIPE)


def fresh(graph):
    torch.manual_seed(PLAN.seed)
    return ContrastiveGraph(graph, SHAPE)


def test_a_stopped_run_goes_on_as_if_it_had_not_been(graph, tmp_path):
    about = run.run_of(graph, run.Trainee("contrastive", SHAPE, PLAN))
    known = known_answers(graph)
    whole, halves, again = fresh(graph), fresh(graph), fresh(graph)
    reported: list[StepReport] = []
    train(whole, graph, known, PLAN, reported.append, work=tmp_path / "whole", run=about)

    class StopError(Exception):
        """Ends a run in its last epoch."""

    def stop(report):
        if report.step == reported[-1].step - 1:
            raise StopError

    with pytest.raises(StopError):
        train(halves, graph, known, PLAN, stop, work=tmp_path / "halves", run=about)
    steps = []
    train(again, graph, known, PLAN, lambda r: steps.append(r.step), work=tmp_path / "halves", run=about)
    assert steps == list(range(reported[-1].step // 2 + 1, reported[-1].step + 1))
    assert all(torch.equal(a, b) for a, b in zip(whole.state_dict().values(), again.state_dict().values(), strict=True))
    with pytest.raises(CheckpointError, match="another"):
        train(fresh(graph), graph, known, PLAN, work=tmp_path / "whole", run=replace(about, model="tsam"))


def test_the_best_weights_on_the_validation_split_are_kept(graph, monkeypatch):
    seen, scored = [], iter([0.5, 0.9, 0.4, 0.3])
    model = fresh(graph)

    def reported(report):
        if report.valid:
            seen.append(model.relation.weight.detach().clone())

    real = trainer.summary
    monkeypatch.setattr(trainer, "summary", lambda found: replace(real(found), mrr=next(scored)))
    train(model, graph, known_answers(graph), replace(PLAN, epochs=9, every=1, patience=2), reported)
    assert len(seen) == 4
    assert torch.equal(model.relation.weight, seen[1])
    assert not model.training


def test_training_never_reads_held_out_triples(graph):
    models = []
    for given in (graph, replace(graph, test=graph.test[:1], valid=graph.valid[:1])):
        model = fresh(graph)
        train(model, given, known_answers(graph), replace(PLAN, epochs=1))
        models.append(model.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(*(m.values() for m in models), strict=True))


def test_ranks_are_those_of_the_scores_both_ways(graph):
    model = fresh(graph)
    found = ranks(model, graph.test[:3], 4, known_answers(graph))
    assert len(found) == 6
    right = {tuple(row) for row in np.concatenate([graph.train, graph.valid, graph.test]).tolist()}
    head, relation, tail = graph.test[1].tolist()
    with torch.no_grad():
        table = model.table()
        forwards = model.scores(torch.tensor([head]), torch.tensor([relation]), table)[0]
        backwards = model.scores(torch.tensor([tail]), torch.tensor([relation + 4]), table)[0]
    better = sum(forwards[e] > forwards[tail] and (head, relation, e) not in right for e in range(80))
    assert found[1] == better + 1
    better = sum(backwards[e] > backwards[head] and (e, relation, tail) not in right for e in range(80))
    assert found[4] == better + 1


TOLD = Recipe(entities=160, relations=6, kinds=2, width=6, traits=4, shown=3, missing=0.0, blur=0.02)
LEARN = CompletionTrainingPlan(epochs=20, batch=64, every=20, patience=0, seed=3)


def learnt(name, graph):
    return run.run(graph, run.Trainee(name, replace(SHAPE, rank=16), LEARN), None)["test"].mrr


@pytest.fixture(scope="module")
def structure():
    """How well triples that were never seen stand for a model that reads structure alone."""
    return learnt("contrastive", replace(generate(TOLD), modalities={}))


@pytest.mark.parametrize("name", ["mose", "mr-mkg", "otkge", "tsam", "contrastive"])
def test_each_model_learns_what_vectors_say_of_triples_that_it_has_not_seen(structure, name):
    assert learnt(name, generate(TOLD)) > 1.2 * structure


@pytest.mark.parametrize("name", LIBRARY)
def test_each_published_model_learns_its_training_triples(graph, name, tmp_path):
    pytest.importorskip("pykeen")
    seen = replace(graph, valid=graph.train[:20], test=graph.train[:20], modalities={})
    plan = CompletionTrainingPlan(epochs=15, batch=32, rate=0.2, inner=0.02, every=15, patience=0)
    trainee = run.Trainee(name, replace(SHAPE, rank=16), plan)
    found = run.run(seen, trainee, tmp_path)
    assert found["test"].mrr > 0.3
    assert run.run(seen, trainee, tmp_path, pytest.fail) == found


def test_a_published_model_asks_backwards_with_relations_of_their_own(graph):
    pytest.importorskip("pykeen")
    torch.manual_seed(0)
    model = MODELS["distmult"](replace(graph, modalities={}), SHAPE)
    assert model._numbered(torch.tensor([0, 3, 4, 7])).tolist() == [0, 6, 1, 7]
    with torch.no_grad():
        forwards, backwards = (model.scores(torch.tensor([1]), torch.tensor([r]), model.table()) for r in (0, 4))
    assert not torch.allclose(forwards, backwards)


def test_texts_become_vectors_once(tmp_path, monkeypatch):
    texts = ["Ada Berg, pilot", "", "a boat on a lake", "Ada Berg, the pilot"]
    found = vectors.text_modality(texts, tmp_path)
    assert found.present.tolist() == [True, False, True, True]
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), [1, 0, 1, 1], atol=1e-4)
    assert found.vectors[0] @ found.vectors[3] > 0.8 > found.vectors[0] @ found.vectors[2]
    alone = vectors.text_modality([texts[0]], tmp_path)
    assert np.allclose(alone.vectors[0], found.vectors[0], atol=1e-5)
    monkeypatch.setattr(vectors, "_encode", None)
    assert np.array_equal(vectors.text_modality(texts, tmp_path).vectors, found.vectors)


def invoke(*arguments):
    return CliRunner().invoke(app, ["train", "graph", *map(str, arguments), "--threads", "1"])


SMALL = ("--rank", 4, "--epochs", 1, "--neighbours", 2)


@pytest.fixture
def kg(tmp_path, monkeypatch):
    place = write_mkgc(tmp_path / "data" / "kg", "MKG-Y")
    (place / "entity2id.txt").write_text("Ada_Berg 0\nOslo 2\n")
    monkeypatch.setenv("TRIPLEWIRE_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


def test_the_command_trains_and_a_second_time_only_measures(kg, tmp_path):
    arguments = ("--data", kg, "--set", "mkg-y", "--work", tmp_path / "work", *SMALL)
    first = invoke(*arguments)
    assert first.exit_code == 0, first.output
    assert "MKG-Y: 3 entities, 2 relations, 2 training triples; text" in " ".join(first.output.split())
    again = invoke(*arguments)
    assert "step 1/" in first.output
    assert "step 1/" not in again.output
    scores = json.loads((tmp_path / "work" / "scores.json").read_text())
    assert f"test: MRR {scores['test']['mrr']:.4f}" in again.output
    assert scores["test"]["questions"] == 4
    assert run_folder.BEST in {path.name for path in (tmp_path / "work").iterdir()}
    for options in (("--no-texts",), ("--classifier",), ("--pairs", 7)):
        other = invoke(*arguments, *options)
        assert other.exit_code == 1
        assert "another" in other.output


def test_a_missing_set_is_one_line_that_names_it(tmp_path):
    result = invoke("--data", tmp_path, "--set", "db15k", "--work", tmp_path / "work", *SMALL)
    assert result.exit_code == 1
    assert "db15k cannot be read" in " ".join(result.output.split())


def test_every_set_and_model_of_the_code_can_be_named():
    assert {s.value for s in train_graph.Set} == {*readers.SETS, "generated"} == set(run.PRESETS)
    assert {m.value for m in train_graph.Model} == set(MODELS)
