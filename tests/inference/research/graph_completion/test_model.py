"""The graph model's parts against their equations, and what a model may not see."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from torch.nn import functional

from inference.research.graph_completion import generated
from inference.research.graph_completion.comparators.mr_mkg import triplet_loss
from inference.research.graph_completion.comparators.otkge import transport_cost
from inference.research.graph_completion.link_model import answer_loss, drawn_answer_loss
from inference.research.graph_completion.model import ContrastiveGraph, answers_among
from inference.research.graph_completion.models import MODELS, TITLES
from inference.research.graph_completion.neighbourhood import Neighbourhood
from inference.research.graph_completion.questions import Batch, Questions
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph, Modality
from inference.training.links.layers.attention import NeighbourAttention
from inference.training.links.layers.bilinear import between, nuclear, product
from inference.training.links.layers.contrast import View, contrast, info_nce
from inference.training.links.layers.pair_form import PairForm

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

SHAPE = GraphShape(rank=8, heads=2, neighbours=4, wide=8, start=0.5)
RECIPE = generated.Recipe(entities=60, relations=4, kinds=2, width=6)
OWN = ("mose", "mr-mkg", "otkge", "tsam", "contrastive")


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.fixture(scope="module")
def graph():
    return generated.generate(RECIPE)


def small(*rows, entities=6, relations=2, modalities=None):
    triples = np.array(rows, dtype=np.int64).reshape(-1, 3)
    names = tuple(map(str, range(entities)))
    return KnowledgeGraph("g", names, names[:relations], triples, triples[:0], triples[:0], (), modalities or {})


def trained(model):
    """As if it had learnt something: what starts at zero would hide what is wrong."""
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter.data, std=0.5)
    return model.eval()


def test_questions_hold_each_training_triple_both_ways_once():
    questions = Questions(small((0, 0, 1), (0, 0, 2), (3, 1, 0)))
    batch = questions.batch(torch.arange(len(questions)))
    asked = list(zip(batch.entity.tolist(), batch.relation.tolist(), strict=True))
    found = {(*asked[row], answer) for row, answer in zip(batch.row.tolist(), batch.answer.tolist(), strict=True)}
    assert len(questions) == len(asked) == 5
    assert found == {(0, 0, 1), (0, 0, 2), (3, 1, 0), (1, 2, 0), (2, 2, 0), (0, 3, 3)}
    one = questions.batch(torch.tensor([asked.index((0, 0)), asked.index((0, 3))]))
    assert (one.row.tolist(), one.answer.tolist()) == ([0, 0, 1], [1, 2, 3])


def test_the_answer_loss_is_one_against_all_for_each_answer():
    scores = torch.randn(2, 5)
    batch = Batch(torch.zeros(2), torch.zeros(2), torch.tensor([0, 0, 1]), torch.tensor([3, 1, 2]))
    wanted = functional.cross_entropy(scores[batch.row], batch.answer)
    assert torch.allclose(answer_loss(scores, batch), wanted)


def _drawn(question, table, batch, drawn):
    return drawn_answer_loss(question, table[batch.answer], table[drawn], batch, drawn, len(table))


def test_with_all_entities_drawn_the_loss_is_that_of_all():
    question, table = torch.randn(2, 3), 9 * torch.randn(6, 3)
    batch = Batch(torch.zeros(2), torch.zeros(2), torch.tensor([0, 0, 1]), torch.tensor([3, 1, 2]))
    wanted = answer_loss(question @ table.T, batch)
    assert torch.allclose(_drawn(question, table, batch, torch.randperm(6)), wanted, atol=1e-4)


def test_the_wrong_answers_drawn_stand_for_all_wrong_ones():
    question, table = torch.randn(1, 3), torch.randn(6, 3)
    batch = Batch(torch.zeros(1), torch.zeros(1), torch.zeros(2).long(), torch.tensor([3, 1]))
    right = (question @ table.T)[0, [3, 1]]

    def of_wrong(loss):
        """What the normaliser holds beside the right answers."""
        return (loss + right.mean()).exp() - right.exp().sum()

    drawn = [_drawn(question, table, batch, torch.tensor(some)) for some in combinations(range(6), 3)]
    exact = of_wrong(answer_loss(question @ table.T, batch))
    assert torch.allclose(torch.stack([of_wrong(loss) for loss in drawn]).mean(), exact, atol=1e-4)
    assert not torch.allclose(of_wrong(drawn[0]), exact, atol=1e-2)


def test_what_a_batch_does_not_need_is_not_fused():
    model = trained(ContrastiveGraph(small((0, 0, 1), (0, 1, 2), entities=40), replace(SHAPE, drawn=2, relation=0)))
    batch = Questions(small((0, 0, 1), (0, 1, 2), entities=40)).batch(torch.arange(2))
    model.loss(batch).backward()
    touched = model.own.weight.grad.to_dense().abs().sum(dim=1) > 0
    assert 0 < touched.sum() < 10


def test_info_nce_is_the_papers_loss():
    one, other, temperature = torch.randn(3, 4), torch.randn(3, 4), 0.3
    wanted = []
    for here, there in ((one, other), (other, one)):
        for i in range(3):
            similar = functional.cosine_similarity(here[i][None], there) / temperature
            wanted.append(-torch.log(similar[i].exp() / similar.exp().sum()))
    assert torch.allclose(info_nce(one, other, temperature), torch.stack(wanted).mean(), atol=1e-6)
    assert torch.allclose(info_nce(one, other, temperature), info_nce(5 * one, 0.1 * other, temperature), atol=1e-5)


def test_contrast_reads_no_view_that_is_not_there():
    present = torch.tensor([True, True, True, False])
    text, picture = torch.randn(4, 5), torch.randn(4, 5)
    everyone = torch.ones(4, dtype=torch.bool)
    found = contrast([View(text, everyone), View(picture, present)], 0.1)
    picture[3] = torch.nan
    assert torch.equal(contrast([View(text, everyone), View(picture, present)], 0.1), found)
    assert contrast([View(text, everyone)], 0.1) is None
    assert contrast([View(text, everyone), View(picture, ~everyone)], 0.1) is None


def test_the_product_is_complex():
    h, w, t = torch.randn(3, 2, 8)
    complexes = [torch.complex(*x.chunk(2, dim=1)) for x in (h, w, t)]
    wanted = (complexes[0] * complexes[1] * complexes[2].conj()).sum(dim=1).real
    assert torch.allclose((product(h, w) * t).sum(dim=1), wanted, atol=1e-5)
    assert torch.allclose((between(h, t) * w).sum(dim=1), wanted, atol=1e-5)
    cubes = sum(x.abs().pow(3).sum(dim=1).mean() for x in complexes)
    assert torch.allclose(nuclear(h, w, t), cubes, rtol=1e-4)


def test_the_pair_form_is_linear_in_the_papers_pair_vector_and_ranks_like_its_logits():
    form = trained(PairForm(6, 3))
    asking, answering = torch.randn(1, 6).expand(4, 6), torch.randn(4, 6)
    pair = torch.cat([asking, answering, asking - answering, asking * answering], dim=1)
    logits = form.logits(asking, answering)
    assert torch.allclose(logits, functional.linear(pair, form.weights.flatten(1), form.bias), atol=1e-5)
    for relation in range(3):
        scores = form.question(asking[:1], torch.tensor([relation])) @ answering.T
        difference = logits[:, relation] - scores[0]
        assert torch.allclose(difference, difference[0].expand(4), atol=1e-5)


def test_attention_is_graph_attention_neighbour_by_neighbour():
    layer = trained(NeighbourAttention(6, 2, 3, 0.0))
    entity, messages, relation = torch.randn(1, 6), torch.randn(1, 3, 6), torch.tensor([[0, 2, 1]])
    out = layer(entity, messages, relation, torch.tensor([[True, False, True]]))
    said = []
    for head in range(2):
        raw = [
            functional.leaky_relu(
                layer.of_target.weight[head] @ entity[0]
                + layer.of_source.weight[head] @ messages[0, j]
                + layer.of_relation[relation[0, j], head],
                0.2,
            )
            for j in (0, 2)
        ]
        weights = torch.softmax(torch.stack(raw), 0)
        said.append(sum(w * (messages[0, j] @ layer.values[head]) for w, j in zip(weights, (0, 2), strict=True)))
    assert torch.allclose(out, entity + functional.elu(torch.cat(said)), atol=1e-5)
    alone = layer(entity, messages, relation, torch.zeros(1, 3, dtype=torch.bool))
    assert torch.equal(alone, entity)


def test_neighbours_are_those_of_the_triples_and_few_of_many_are_drawn():
    near = Neighbourhood(small((0, 0, 1), (2, 1, 1), *((n, 0, 5) for n in range(5))))
    found = near.of(torch.tensor([1, 4]), 3, drawn=False)
    assert found.seen.tolist() == [[True, True, True], [True, False, False]]
    pairs = zip(found.entity[0].tolist(), found.relation[0].tolist(), strict=True)
    assert set(pairs) == {(0, 0), (2, 1), (5, 2)}
    assert (found.entity[1, 0], found.relation[1, 0]) == (5, 2)
    many = near.of(torch.tensor([5]), 3, drawn=False)
    assert torch.equal(many.entity, near.of(torch.tensor([5]), 3, drawn=False).entity)
    assert len(set(many.entity[0].tolist())) == 3
    drawn = torch.cat([near.of(torch.tensor([5]), 3, drawn=True).entity for _ in range(30)])
    assert set(drawn.flatten().tolist()) == {0, 1, 2, 3, 4}
    assert near.backwards(torch.tensor([0, 1, 2, 3])).tolist() == [2, 3, 0, 1]


def test_no_triples_are_no_neighbours():
    assert not Neighbourhood(small()).of(torch.tensor([0, 1]), 2, drawn=True).seen.any()


def test_a_question_does_not_see_the_neighbours_that_answer_it():
    rows = [(0, 0, 1), (0, 1, 2), (3, 0, 0)]
    one, other = (trained(ContrastiveGraph(small(*given), SHAPE)) for given in (rows, [(0, 0, 5), *rows[1:]]))
    other.load_state_dict(one.state_dict())
    ask = torch.tensor([0]), torch.tensor([0])
    with torch.no_grad():
        table = one.table()
        assert torch.allclose(one.scores(*ask, table), other.scores(*ask, table))
        ask = torch.tensor([0]), torch.tensor([1])
        assert not torch.allclose(one.scores(*ask, table), other.scores(*ask, table))


def test_while_it_learns_a_question_sees_no_answer_whatever_relation_it_is_a_neighbour_by():
    shape = replace(SHAPE, relation=0, contrast=0, norm=0, dropout=0)

    def loss(*more):
        graph = small((0, 0, 1), (0, 1, 2), *more)
        model = ContrastiveGraph(graph, shape)
        torch.manual_seed(1)
        trained(model).train()
        questions = Questions(graph)
        (asked,) = (questions.asked == torch.tensor([0, 0])).all(dim=1).nonzero()
        return model.loss(questions.batch(asked)).item()

    assert loss((0, 1, 1)) == pytest.approx(loss())
    assert loss((0, 1, 3)) != pytest.approx(loss())


def test_answers_are_told_among_neighbours_question_by_question():
    batch = Batch(torch.tensor([0, 3]), torch.tensor([0, 0]), torch.tensor([0, 0, 1]), torch.tensor([1, 2, 4]))
    near = torch.tensor([[1, 4, 2], [1, 4, 2]])
    assert answers_among(near, batch, 6).tolist() == [[True, False, True], [False, True, False]]


def relation_logits(model, entity, answer, table):
    """Which relation holds between pairs, as the relation loss asks it."""
    return model._relations(model._asking(entity, table), answer, table[answer])


def test_the_classifier_does_not_see_what_stands_between_a_pair():
    rows = [(0, 1, 2), (3, 0, 0)]
    one, other = (trained(ContrastiveGraph(small(*given), SHAPE)) for given in (rows, [(0, 0, 1), (1, 1, 0), *rows]))
    other.load_state_dict(one.state_dict())
    with torch.no_grad():
        table = one.table()
        pair, strange = (torch.tensor([0]), torch.tensor([1])), (torch.tensor([0]), torch.tensor([4]))
        assert torch.allclose(relation_logits(one, *pair, table), relation_logits(other, *pair, table))
        assert not torch.allclose(relation_logits(one, *strange, table), relation_logits(other, *strange, table))


def test_one_score_ranks_answers_and_classifies_relations():
    model = trained(ContrastiveGraph(small((0, 0, 1), entities=5), replace(SHAPE, neighbours=0)))
    with torch.no_grad():
        table = model.table()
        logits = relation_logits(model, torch.full((5,), 2), torch.arange(5), table)
        for relation in range(4):
            difference = logits[:, relation] - model.scores(torch.tensor([2]), torch.tensor([relation]), table)[0]
            assert torch.allclose(difference, difference[0].expand(5), atol=1e-4)


@pytest.mark.parametrize("name", OWN)
def test_what_is_missing_of_an_entity_is_not_read(name):
    draw = np.random.default_rng(1)
    vectors = draw.normal(size=(2, 6, 3)).astype(np.float32)
    present = np.array([[True] * 6, [True, False] * 3])
    models = []
    for garbage in (0.0, 1e3):
        given = vectors.copy()
        given[1, 1::2] = garbage
        kinds = {kind: Modality(given[i], present[i]) for i, kind in enumerate(("text", "picture"))}
        torch.manual_seed(0)
        models.append(MODELS[name](small((0, 0, 1), (1, 1, 2), modalities=kinds), SHAPE))
    trained(models[0])
    models[1].load_state_dict(models[0].state_dict())
    ask, every = (torch.tensor([0, 1]), torch.tensor([0, 3])), torch.arange(2)
    with torch.no_grad():
        scores = [model.eval().scores(*ask, model.table()) for model in models]
    assert torch.allclose(*scores, atol=1e-4)
    losses = []
    for model in models:
        torch.manual_seed(3)
        losses.append(model.train().loss(Questions(small((0, 0, 1), (1, 1, 2))).batch(every)).item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


@pytest.mark.parametrize("name", OWN)
def test_each_modality_is_read(name, graph):
    model = trained(MODELS[name](graph, SHAPE))
    ask = torch.arange(5), torch.arange(5) % 4
    with torch.no_grad():
        before = model.scores(*ask, model.table())
        for kind in ("text", "picture"):
            vectors = getattr(model.fusion, f"vectors_{kind}")
            kept = vectors.clone()
            vectors.copy_(kept.roll(1, dims=0))
            assert not torch.allclose(before, model.scores(*ask, model.table()), atol=1e-3)
            vectors.copy_(kept)
    assert np.array_equal(generated.generate(RECIPE).modalities["text"].vectors, graph.modalities["text"].vectors)


def test_models_have_titles():
    assert TITLES.keys() == MODELS.keys()


def test_a_model_without_own_vectors_tells_apart_what_it_has_never_seen(graph):
    model = trained(ContrastiveGraph(graph, replace(SHAPE, own=False)))
    assert not any(name.startswith("own") for name in model.state_dict())
    with torch.no_grad():
        table = model.table()
    assert table.shape == (60, SHAPE.width)
    assert len(torch.unique(table, dim=0)) == 60


def test_transport_is_cheap_between_equal_clouds_in_any_order():
    cloud = torch.randn(20, 6)
    near = transport_cost(cloud, cloud[torch.randperm(20)]).item()
    far = transport_cost(cloud, -cloud.abs()).item()
    assert near < 0.05
    assert far > 0.5
    moving = torch.randn(20, 6, requires_grad=True)
    transport_cost(moving, cloud).backward()
    step = transport_cost(moving.detach() - moving.grad, cloud)
    assert step < transport_cost(moving.detach(), cloud)


def test_the_triplet_loss_is_zero_where_views_agree():
    views = torch.eye(4)
    assert triplet_loss(views, views).item() == 0
    assert triplet_loss(views, views.roll(-1, dims=0)).item() == pytest.approx(1.2)


def test_noise_changes_the_vectors_that_it_hits_and_nothing_else():
    plain, some, more = (generated.generate(replace(RECIPE, noise=noise)) for noise in (0.0, 0.2, 0.5))
    assert np.array_equal(plain.train, more.train)
    for kind in ("text", "picture"):
        hit = [(plain.modalities[kind].vectors != other.modalities[kind].vectors).any(axis=1) for other in (some, more)]
        assert np.array_equal(plain.modalities[kind].present, more.modalities[kind].present)
        assert not (hit[0] & ~hit[1]).any()
        assert 0.05 < hit[0].mean() < 0.35 < hit[1].mean() < 0.65
    assert plain.modalities["text"].present.all()
    assert 0 < (~plain.modalities["picture"].present).mean() < 0.3


def test_a_generated_graph_is_what_its_seed_says(graph):
    again, other = generated.generate(RECIPE), generated.generate(replace(RECIPE, seed=2))
    assert np.array_equal(graph.train, again.train)
    assert np.array_equal(graph.modalities["text"].vectors, again.modalities["text"].vectors)
    assert not np.array_equal(graph.modalities["text"].vectors, other.modalities["text"].vectors)
    rows = np.concatenate([graph.train, graph.valid, graph.test])
    assert len(np.unique(rows, axis=0)) == len(rows)
    assert (rows[:, 0] != rows[:, 2]).all()
