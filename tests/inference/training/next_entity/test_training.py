"""Training on sessions: nothing held out is read, a stopped run goes on, and what can be known is learnt."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from inference.next_entity.layout import Layout
from inference.next_entity.question import question
from inference.research.sessions import baselines
from inference.research.sessions.link_questions import LinkQuestions
from inference.research.sessions.link_sets import LinkSplit
from inference.research.sessions.models import COMPARATORS, MODELS, TITLES
from inference.research.sessions.structure import Structure, places, turned
from inference.training.common.checkpoint import CheckpointError
from inference.training.links.knowledge_graph import Modality
from inference.training.next_entity import measure, run, trainer
from inference.training.next_entity.batch import Batch
from inference.training.next_entity.export import ExportError, Served, export
from inference.training.next_entity.model import SessionModel
from inference.training.next_entity.shape import SessionShape
from inference.training.next_entity.stories.articles import Article
from inference.training.next_entity.stories.questions import StoryQuestions
from inference.training.next_entity.stories.wrong_candidates import FIRST, NEGATIVES, drawn_candidates
from inference.training.next_entity.trainer import SessionTrainingPlan, train
from tests.inference.training.next_entity.serial import NAMES, serial

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

SHAPE = SessionShape(width=16, interests=2, heads=2, sharpness=5.0)
PLAN = SessionTrainingPlan(epochs=4, questions=400, batch=32, negatives=4, patience=0, seed=3)


def communities(count=4, size=12, seed=0):
    """Edges within groups of nodes: training tells the groups, so held-out edges can be known."""
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(size) for b in range(a) if rng.random() < 0.6 or a == b + 1]
    edges = np.array([(a % 2, g * size + a, g * size + b) for g in range(count) for a, b in pairs])
    edges = edges[rng.permutation(len(edges))]
    train_, held = edges[: int(0.8 * len(edges))], edges[int(0.8 * len(edges)) :]
    wrong = held.copy()
    wrong[:, 2] = (held[:, 2] + size * rng.integers(1, count, len(held))) % (count * size)
    both, right = np.concatenate([held, wrong]), np.repeat([True, False], len(held))
    rows = rng.permutation(len(both))
    valid, test = np.array_split(rows, 2)
    return LinkSplit("groups", count * size, 2, train_, both[valid], right[valid], both[test], right[test], pooled=True)


@pytest.fixture(scope="module")
def split():
    return communities()


@pytest.fixture(scope="module")
def links(split):
    return LinkQuestions(split, 1, None, inductive=True)


def test_nothing_of_a_held_out_edge_is_in_any_question(split):
    swapped = replace(split, valid=split.valid[::-1] + 0, test=np.zeros_like(split.test))
    for inductive in (True, False):
        one, other = (LinkQuestions(s, 1, None, inductive=inductive) for s in (split, swapped))
        rows = np.arange(20)
        for name in Batch.__dataclass_fields__:
            found = [getattr(q.training(rows, 3, np.random.default_rng(0)), name) for q in (one, other)]
            if name == "tables":
                assert all(np.array_equal(found[0][k].vectors, found[1][k].vectors) for k in found[0])
            else:
                assert np.array_equal(*found), name


def test_what_an_inductive_model_is_asked_is_not_in_the_graph_that_it_sees(links):
    keys = {tuple(e) for e in links.part.structure.edges.tolist()}
    assert links.part.asked.size
    assert not keys & {tuple(e) for e in links.part.asked.tolist()}
    assert len(keys) + len(links.part.asked) == len(links.split.train)


def test_an_edge_that_is_asked_for_is_hidden_from_its_own_question():
    """Node 0 is linked with 1 once and with 2 twice, and 1 with 2."""
    edges = np.array([[0, 0, 1], [0, 0, 2], [1, 2, 0], [0, 1, 2]])
    none = np.zeros((1, 3), np.int64)
    split = LinkSplit("tiny", 3, 2, edges, none, np.array([True]), none, np.array([True]))
    found = LinkQuestions(split, 1, None, inductive=False).training(np.array([0, 1]), 2, np.random.default_rng(0))
    once, twice = (
        {n for n, there in zip(*r, strict=True) if there}
        for r in zip(found.nodes.tolist(), found.mask.tolist(), strict=True)
    )
    assert once == {0, 2}, "1 is the answer, and was linked once"
    assert twice == {0, 1, 2}
    last = found.links[:, 0, -1]
    assert last.tolist() == [0, 1]
    assert found.seen[:, 0].tolist() == [1, 1], "the edge of the other type does not count"
    where = found.nodes[1].tolist()
    zero, two = len(where) - 1, where.index(2)
    assert found.history[1, zero, two] == 0
    assert found.history[1, two, zero] == 1, "the other edge is another one"


def test_a_candidate_is_seen_as_often_as_it_is_linked_by_the_type_that_is_asked_for():
    """By the first type node 0 is linked with 1, 2 and 3; by the second 3 with 1."""
    edges = np.array([[0, 0, 1], [0, 0, 2], [0, 3, 0], [1, 3, 1]])
    none = np.zeros((1, 3), np.int64)
    split = LinkSplit("tiny", 4, 2, edges, none, np.array([True]), none, np.array([True]))
    questions = LinkQuestions(split, 1, None, inductive=False)
    by_first, by_second = (next(questions.all(np.array([[kind, 2, 0]]), 8)).seen[0] for kind in (0, 1))
    assert by_first.tolist() == [3, 1, 1, 1]
    assert by_second.tolist() == [0, 1, 0, 1]
    (given, turned_round) = questions.pairs(np.array([[0, 2, 3], [1, 2, 3]]), 8)
    assert given.seen[:, 0].tolist() == [1, 1]
    assert turned_round.seen[:, 0].tolist() == [1, 0]


def test_places_tell_communities_apart_and_are_kept(split, tmp_path):
    structure = Structure(split.train, split.nodes, 0, split.types)
    found = places(structure, tmp_path, 8)
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)
    alike = found.vectors @ found.vectors.T
    same = np.equal.outer(np.arange(48) // 12, np.arange(48) // 12)
    assert alike[same].mean() > 0.8
    assert np.abs(alike[~same]).mean() < 0.2
    (kept,) = tmp_path.iterdir()
    np.save(kept, np.zeros((48, 8), np.float32))
    assert not places(structure, tmp_path, 8).vectors.any()
    assert places(Structure(split.train[1:], split.nodes, 0, split.types), tmp_path, 8).vectors.any()


def test_a_turn_is_undone(split):
    vectors = places(Structure(split.train, split.nodes, 0, split.types), None, 8).vectors
    turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))
    assert np.allclose(turned(vectors @ turn.astype(np.float32), vectors), vectors, atol=1e-4)


def fresh(questions, name="session"):
    torch.manual_seed(PLAN.seed)
    return MODELS[name](questions, SHAPE)


def auc(model, questions):
    return measure.judge_links(measure.scorer(model), questions)


def test_a_stopped_run_goes_on_as_if_it_had_not_been(links, tmp_path):
    about = trainer.run_of("session", ("groups", 48, len(links)), SHAPE, PLAN)
    whole, halves, again = fresh(links), fresh(links), fresh(links)
    reported = []
    train(whole, links, lambda m: auc(m, links), PLAN, work=tmp_path / "whole", run=about, report=reported.append)

    class StopError(Exception):
        """Ends a run in its last epoch."""

    def stop(report):
        if report.step == reported[-1].step - 1:
            raise StopError

    with pytest.raises(StopError):
        train(halves, links, lambda m: auc(m, links), PLAN, work=tmp_path / "halves", run=about, report=stop)
    steps = []
    train(
        again,
        links,
        lambda m: auc(m, links),
        PLAN,
        work=tmp_path / "halves",
        run=about,
        report=lambda r: steps.append(r.step),
    )
    assert steps == list(range(reported[-1].step * 3 // 4 + 1, reported[-1].step + 1))
    assert all(torch.equal(a, b) for a, b in zip(whole.state_dict().values(), again.state_dict().values(), strict=True))
    with pytest.raises(CheckpointError, match="another"):
        train(whole, links, lambda _: 0.0, PLAN, work=tmp_path / "whole", run=replace(about, model="nfm"))


def test_the_best_on_the_validation_split_is_kept_and_the_rest_ends_early(links, tmp_path):
    model, values, weights = fresh(links), iter([0.1, 0.5, 0.9, 0.4, 0.3]), []

    def judged(given):
        weights.append(given.network.sharpness.item())
        return next(values)

    how = replace(PLAN, epochs=9, patience=2)
    about = trainer.run_of("session", ("groups", 48, 1), SHAPE, how)
    assert train(model, links, judged, how, work=tmp_path, run=about) == 0.9
    assert len(weights) == 5
    assert model.network.sharpness.item() == weights[2]


def test_each_encoder_has_its_own_learning_rate(links):
    model = fresh(links)
    groups = model.groups({"common-sense": 0.25}, 0.5)
    assert [g["lr"] for g in groups] == [0.25, 0.5]
    assert groups[0]["params"] == [model.encoder.maps["common-sense"].weight]
    assert sum(len(g["params"]) for g in groups) == len(list(model.parameters()))


@pytest.mark.parametrize("name", [name for name in MODELS if name not in ("seq2seq", "nfm")])
def test_each_model_learns_which_nodes_belong_together(split, links, name):
    questions = LinkQuestions(split, 1, None, inductive=False) if name in COMPARATORS else links
    trainee = replace(run.preset("amazon", name), shape=SHAPE)
    trainee = replace(trainee, plan=replace(trainee.plan, epochs=8, questions=400, batch=32, rate=0.02, patience=0))
    assert set(TITLES) == set(MODELS)
    assert run.run("groups", questions, trainee, None)["test"].parting.auc > 0.75


def test_ranks_on_links_are_those_of_the_scores(links):
    scores = measure.scorer(fresh(links))
    edges = links.split.test[links.split.test_right][:2]
    found = measure.link_ranking(scores, links, edges)
    known = {(a, b) for _, a, b in links.split.known.tolist()} | {(b, a) for _, a, b in links.split.known.tolist()}
    types = {(t, a, b) for t, a, b in links.split.known.tolist()}
    ranks = []
    for kind, one, other in [*edges.tolist(), *edges[:, [0, 2, 1]].tolist()]:
        (batch,) = links.all(np.array([[kind, one, other]]), 1)
        given = scores(batch)[0]
        others = [n for n in range(48) if (kind, one, n) not in types and (kind, n, one) not in types]
        ranks.append(1 + sum(given[n] > given[other] for n in others))
    assert known
    assert found.mrr == pytest.approx(np.mean([1 / r for r in ranks]), rel=1e-5)


@pytest.fixture(scope="module")
def stories():
    vectors = np.eye(16, dtype=np.float32)
    return StoryQuestions(serial(), {"language": Modality(vectors, np.ones(16, np.bool_))}, NAMES, 1)


def test_a_question_sees_earlier_days_and_what_its_article_named_before():
    articles = [
        Article("2026-01-01", ("a0", "a1")),
        Article("2026-01-02", ("a0", "a2")),
        Article("2026-01-02", ("a0", "a3", "a1")),
        *(Article(f"2026-01-{n:02}", ("b0", "b1")) for n in range(3, 12)),
    ]
    made = StoryQuestions(articles, {"language": Modality(np.eye(16, dtype=np.float32), np.ones(16, bool))}, NAMES, 1)
    asked = list(made._asked("train"))[2]
    assert asked.answer == "a3"
    assert asked.layout.nodes == ("a0", "a1"), "the article of the same day is not history yet"
    assert asked.seen.sum() == 2
    nearby = list(made._asked("train"))[3]
    assert nearby.layout.nodes[:2] == ("a0", "a3")
    assert nearby.layout.current[0, 1] == 1


def test_other_candidates_are_never_what_the_article_names_and_some_were_never_named(stories):
    asked = list(stories._asked("train"))
    batch = stories.training(np.arange(len(stories)), NEGATIVES, np.random.default_rng(0))
    assert batch.right[:, 0].all()
    assert not batch.right[:, 1:].any()
    for row, one in enumerate(asked):
        named = set(stories._ids(one.named).tolist())
        assert not named & set(batch.candidates[row, 1:].tolist())
    assert (batch.seen[:10, 1:] == 0).any()


def crowded(count):
    """A question of one node beside which so many items stood, each as often as its number says."""
    links = {f"n{number}": number for number in range(1, count + 1)}
    return Layout(("oslo",), np.zeros((1, 1), np.float32), np.zeros((1, 1), np.float32), 0, (links,))


@pytest.mark.parametrize("answer", ["n90", "n20", "elsewhere"])
def test_candidates_that_counts_rank_highest_are_always_drawn(answer):
    anywhere = [f"a{number}" for number in range(500)]
    layout, met, runs = crowded(90), Counter(), 400
    for seed in range(runs):
        candidates, expected = drawn_candidates(
            layout, answer, {"oslo", answer, "n89"}, anywhere, np.random.default_rng(seed)
        )
        assert candidates[0] == answer
        assert len(candidates) == len(expected) == 1 + NEGATIVES
        assert not {"oslo", "n89"} & set(candidates)
        met.update(dict(zip(candidates, expected, strict=True)).items())
    of = {item: (expected, times / runs) for (item, expected), times in met.items()}
    top = {item for item, (expected, _) in of.items() if expected > 0.9}
    highest = [f"n{number}" for number in range(90, 0, -1) if number != 89]
    assert top == set(highest[: FIRST + 1]), "the answer among them or not"
    drawn = [of[item] for item in highest[FIRST + 1 :] if item != answer]
    assert {expected for expected, _ in drawn} == {of[highest[-1]][0]}
    assert np.mean([times for _, times in drawn]) == pytest.approx(drawn[0][0], rel=0.2)
    far = [of[item] for item in anywhere if item in of]
    assert np.mean([times for _, times in far]) == pytest.approx(far[0][0], rel=0.2)
    assert of[answer][0] == (of["n88"] if answer == "n90" else of["n19"] if answer == "n20" else far[0])[0]


def test_the_ranking_loss_is_of_the_answer_among_the_candidates(links):
    """Where all candidates are raised alike the binary loss changes and the ranking loss does not."""

    class Raised(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.all, self.answer = (torch.nn.Parameter(torch.tensor(0.5)) for _ in range(2))

        def forward(self, batch):
            return self.all + self.answer * torch.from_numpy(batch.right).float()

    batch = links.training(np.arange(8), 4, np.random.default_rng(0))
    found = {}
    for ranking in (None, 0.0, 1.0):
        model = Raised()
        found[ranking] = trainer._step(model, batch, torch.optim.SGD(model.parameters(), lr=0.0), ranking)
        if ranking == 1.0:
            both = model.all.grad.item(), model.answer.grad.item()
        else:
            binary = model.all.grad.item(), model.answer.grad.item()
    assert found[None] == found[0.0]
    assert found[1.0] - found[0.0] == pytest.approx(np.log(1 + 4 * np.exp(-0.5)), rel=1e-5)
    assert both[0] == pytest.approx(binary[0], abs=1e-6)
    assert both[1] < binary[1]


def test_a_setting_that_is_off_changes_no_name_of_a_run():
    assert "ranking" not in trainer.plain(PLAN)
    assert "counts" not in trainer.plain(SHAPE)
    trainee = run.preset("own-graph", "session")
    settings = trainer.plain(trainee)
    assert (settings["plan"]["ranking"], settings["shape"]["counts"]) == (1.0, 1.5)
    assert trainer.plain(replace(PLAN, ranking=0.0))["ranking"] == 0.0
    linked = run.preset("amazon", "session")
    assert linked.plan.ranking is linked.shape.counts is None


def test_stories_are_learnt_better_than_counting(stories):
    trainee = replace(run.preset("ours", "session"), shape=SHAPE)
    trainee = replace(trainee, plan=replace(trainee.plan, epochs=10, batch=16, rate=0.01, patience=0))
    found = run.run("ours", stories, trainee, None)["test"]
    counts = [
        measure.stories_tested(scores, stories).ranking.mrr
        for scores in (baselines.popularity, baselines.co_occurrence, baselines.likeness)
    ]
    assert found.ranking.mrr > 0.9
    assert max(counts) < 0.75
    assert measure.newest_first(stories).mrr < 0.75


def test_the_order_of_a_session_alone_is_learnt_by_seq2seq(stories):
    trainee = replace(run.preset("ours", "seq2seq"), shape=SHAPE)
    trainee = replace(trainee, plan=replace(trainee.plan, epochs=30, batch=16, rate=0.02, patience=0))
    found = run.run("ours", stories, trainee, None)["test"]
    assert found.ranking.mrr > measure.stories_tested(baselines.co_occurrence, stories).ranking.mrr


def test_a_batch_of_training_is_the_question_of_the_service(stories):
    """What is trained and what is asked through the client are the same numbers."""
    batches = [batch for batch, _ in stories.all("test", 4)]
    asked = list(stories._asked("test"))[1]
    vectors = {name: stories.tables["language"].vectors[number] for number, name in enumerate(NAMES)}
    seen = dict(zip(NAMES, asked.seen.astype(int).tolist(), strict=True))
    served = question(asked.layout, NAMES, vectors, seen)
    count = len(asked.layout.nodes)
    for name in ("current", "history"):
        assert np.array_equal(getattr(batches[0], name)[1, :count, :count], getattr(served, name)[0])
    assert np.array_equal(batches[0].links[1, :, :count], served.links[0])
    assert np.array_equal(batches[0].seen[1], served.seen[0])
    assert batches[0].last[1] == served.last[0]


@pytest.mark.parametrize("counts", [None, 1.5])
@pytest.mark.parametrize(("questions", "nodes", "candidates"), [(1, 1, 1), (1, 7, 3), (3, 4, 9)])
def test_what_is_exported_answers_as_what_was_trained_whatever_the_sizes(
    tmp_path, questions, nodes, candidates, counts
):
    onnxruntime = pytest.importorskip("onnxruntime")
    torch.manual_seed(0)
    model = SessionModel({"language": 6}, 1, replace(SHAPE, counts=counts)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    export(model, "tiny", tmp_path)
    mask = torch.rand(questions, nodes) < 0.7
    mask[:, nodes // 2] = True
    given = {
        "nodes": torch.randn(questions, nodes, 6),
        "mask": mask,
        "current": torch.rand(questions, nodes, nodes).round(),
        "history": (3 * torch.rand(questions, nodes, nodes)).round(),
        "last": torch.full((questions,), nodes // 2),
        "candidates": torch.randn(questions, candidates, 6),
        "links": (3 * torch.rand(questions, candidates, nodes)).round(),
        "seen": (9 * torch.rand(questions, candidates)).round(),
    }
    network = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    (found,) = network.run(["scores"], {name: tensor.numpy() for name, tensor in given.items()})
    with torch.no_grad():
        expected = Served(model)(*given.values()).numpy()
    assert found.shape == (questions, candidates)
    assert np.allclose(found, expected, atol=1e-4)


def test_a_model_that_reads_more_than_language_is_not_served(links, tmp_path):
    with pytest.raises(ExportError, match="common-sense"):
        export(fresh(links), "groups", tmp_path)
