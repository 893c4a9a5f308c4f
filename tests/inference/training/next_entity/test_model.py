"""The session model, piece by piece: what each equation says, and what must not depend on what."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from inference.training.next_entity.fusion import ItemEncoder
from inference.training.next_entity.gated_graph import GatedGraph, normalised
from inference.training.next_entity.graphs import Graphs
from inference.training.next_entity.interests import COLDEST, WARMEST, Interests, annealed
from inference.training.next_entity.network import SessionNetwork
from inference.training.next_entity.shape import SessionShape

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

SHAPE = SessionShape(width=8, interests=3, heads=2, dropout=0.0)
COUNTED = replace(SHAPE, counts=1.5)


def test_each_row_of_both_adjacencies_sums_to_one_or_is_empty():
    """The paper's figure 2: five items, edges 2→1, 2→4, 3→2, 4→3, 5→2."""
    counts = torch.zeros(1, 5, 5)
    for before, after in ((2, 1), (2, 4), (3, 2), (4, 3), (5, 2)):
        counts[0, before - 1, after - 1] += 1
    inward, outward = normalised(counts)
    assert outward[0].tolist() == [
        [0, 0, 0, 0, 0],
        [0.5, 0, 0, 0.5, 0],
        [0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 1, 0, 0, 0],
    ]
    assert inward[0, 1].tolist() == [0, 0, 0.5, 0, 0.5]
    assert inward[0, 4].tolist() == [0] * 5


def test_an_item_belongs_to_one_interest_and_the_same_one_every_time():
    torch.manual_seed(0)
    interests = Interests(8, 3)
    items = torch.randn(20, 8)
    interests.eval()
    once, again = interests(items), interests(items)
    assert torch.equal(once, again)
    assert torch.equal(once.argmax(-1), interests.correlation(items).argmax(-1))
    assert once.amax(-1).median() > 0.99


def test_training_draws_interests_more_freely_while_it_is_warm():
    torch.manual_seed(0)
    interests = Interests(8, 3).train()
    items = torch.randn(200, 8)
    warm = interests(items)
    interests.temperature = annealed(1.0)
    cold = interests(items)
    assert (annealed(0.0), annealed(1.0)) == (WARMEST, COLDEST)
    assert annealed(0.3) > annealed(0.6)
    assert warm.amax(-1).mean() < 0.95 < cold.amax(-1).mean()
    assert not torch.equal(interests(items), interests(items)), "noise"


def test_only_items_of_the_same_interest_speak_to_each_other():
    torch.manual_seed(0)
    graph = GatedGraph(8, steps=2)
    nodes, counts = torch.randn(1, 3, 8), torch.zeros(1, 3, 3)
    counts[0, 0, 1] = counts[0, 1, 2] = 1
    belongs = torch.tensor([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    changed = nodes.clone()
    changed[0, 2] += 1
    one, other = (graph(given, counts, belongs @ belongs.transpose(1, 2)) for given in (nodes, changed))
    assert torch.equal(one[:, :2], other[:, :2])
    apart = graph(changed, counts, torch.ones(1, 3, 3))
    assert not torch.allclose(apart[:, 1], one[:, 1])


def test_both_interest_graphs_at_once_are_each_by_itself():
    """Equation 3: in the graph of an interest the items of others are zero and do not spread."""
    torch.manual_seed(0)
    graph = GatedGraph(8, steps=2)
    nodes, counts = torch.randn(1, 4, 8), torch.rand(1, 4, 4).round()
    belongs = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]])
    together = graph(nodes, counts, belongs @ belongs.transpose(1, 2))
    inward, outward = normalised(counts)
    for interest in range(2):
        own = belongs[..., interest : interest + 1]
        mask = own @ own.transpose(1, 2)
        state = nodes
        for _ in range(2):
            messages = torch.cat([(inward * mask) @ graph.inward(state), (outward * mask) @ graph.outward(state)], -1)
            update, reset = torch.sigmoid(graph.gates(torch.cat([messages, state], -1))).chunk(2, -1)
            proposed = torch.tanh(graph.proposal(torch.cat([messages, reset * state], -1)))
            state = state + update * (proposed - state)
        assert torch.allclose(together * own, state * own, atol=1e-6)


def random_graphs(questions=2, nodes=5, candidates=3):
    torch.manual_seed(1)
    mask = torch.ones(questions, nodes, dtype=torch.bool)
    counts = torch.rand(2, questions, nodes, nodes).round()
    links = (3 * torch.rand(questions, candidates, nodes)).round()
    zeros = torch.zeros(questions, dtype=torch.int64)
    seen = links.sum(-1)
    return Graphs(mask, counts[0], counts[1], zeros + 1, links, seen, zeros)


def shaken(module):
    """The module with no number of it zero."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return module


def warmed(shape=SHAPE, relations=1):
    """A network none of whose parts is still zero."""
    torch.manual_seed(2)
    network = SessionNetwork(shape, relations).eval()
    return shaken(network)


@pytest.mark.parametrize("shape", [SHAPE, COUNTED])
def test_padding_and_the_other_candidates_change_nothing(shape):
    network, graphs = warmed(shape), random_graphs()
    nodes, candidates = torch.randn(2, 5, 8), torch.randn(2, 3, 8)
    whole = network(nodes, candidates, graphs)

    def padded(tensor, *sizes):
        found = torch.full([a + b for a, b in zip(tensor.shape, sizes, strict=True)], 7).to(tensor.dtype)
        found[tuple(slice(size) for size in tensor.shape)] = tensor
        return found

    more = Graphs(
        torch.cat([graphs.mask, torch.zeros(2, 2, dtype=torch.bool)], 1),
        torch.nn.functional.pad(graphs.current, (0, 2, 0, 2)),
        torch.nn.functional.pad(graphs.history, (0, 2, 0, 2)),
        graphs.last,
        padded(graphs.links, 0, 0, 2),
        graphs.seen,
        graphs.relation,
    )
    assert torch.allclose(network(padded(nodes, 0, 2, 0), candidates, more), whole, atol=1e-5)
    one = replace(graphs, links=graphs.links[:, 1:2], seen=graphs.seen[:, 1:2])
    assert torch.allclose(network(nodes, candidates[:, 1:2], one), whole[:, 1:2], atol=1e-5)


@pytest.mark.parametrize("shape", [SHAPE, COUNTED])
@pytest.mark.parametrize("part", ["current", "history", "links", "seen", "last"])
def test_every_part_of_a_question_speaks(part, shape):
    network, graphs = warmed(shape), random_graphs()
    nodes, candidates = torch.randn(2, 5, 8), torch.randn(2, 3, 8)
    changed = replace(graphs, **{part: getattr(graphs, part) + 1})
    assert not torch.allclose(network(nodes, candidates, graphs), network(nodes, candidates, changed))


def test_without_links_or_graphs_they_are_not_read():
    graphs = random_graphs()
    nodes, candidates = torch.randn(2, 5, 8), torch.randn(2, 3, 8)
    blind, alone = warmed(replace(COUNTED, links=False)), warmed(replace(COUNTED, graphs=False))
    other = replace(graphs, links=graphs.links + 1, seen=graphs.seen + 1)
    assert torch.equal(blind(nodes, candidates, graphs), blind(nodes, candidates, other))
    more = replace(other, history=graphs.history + 1, current=graphs.current + 1)
    assert torch.equal(alone(nodes, candidates, graphs), alone(nodes, candidates, more))


def test_training_starts_from_the_likeness_of_the_last_item():
    torch.manual_seed(0)
    network, graphs = SessionNetwork(SHAPE).eval(), random_graphs()
    nodes, candidates = torch.randn(2, 5, 8), torch.randn(2, 3, 8)
    expected = (candidates @ nodes[:, 1, :, None])[..., 0]
    found = network(nodes, candidates, graphs) - network.evidence.bias
    assert torch.allclose(found, expected, atol=1e-5)


def of_three(current, links, seen):
    """A question of three nodes, the last named first in the session if there is one, and some candidates."""
    zero, none = torch.zeros(1, dtype=torch.int64), torch.zeros(1, 3, 3)
    mask = torch.ones(1, 3, dtype=torch.bool)
    return Graphs(
        mask, torch.tensor(current)[None], none, zero, torch.tensor(links)[None], torch.tensor(seen)[None], zero
    )


def test_with_counts_training_starts_from_their_ranking():
    """The story named node 1 and then node 0; node 2 stood beside them earlier."""
    network = SessionNetwork(COUNTED).eval()
    named = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    links = [[3.0, 3.0, 0.0], [7.0, 0.0, 0.0], [2.0, 3.0, 9.0], [2.0, 3.0, 9.0], [0.0, 0.0, 9.0], [0.0, 0.0, 0.0]]
    seen = [9.0, 7.0, 9.0, 20.0, 9.0, 50.0]
    graphs = of_three(named, links, seen)
    found = network(torch.zeros(1, 3, 8), torch.zeros(1, 6, 8), graphs)[0]
    assert found.argsort(descending=True).tolist() == [1, 0, 3, 2, 4, 5]
    alone = replace(graphs, current=torch.zeros(1, 3, 3))
    found = network(torch.zeros(1, 3, 8), torch.zeros(1, 6, 8), alone)[0]
    assert found.argsort(descending=True)[:2].tolist() == [1, 0], "the only node of the session counts without a step"
    assert found[0] < found[1] - 0.5


def encoder(**widths):
    torch.manual_seed(0)
    found = ItemEncoder(widths, SHAPE).eval()
    return shaken(found)


def test_each_modality_hears_the_others_and_what_is_missing_is_not_heard():
    found = encoder(**{"language": 6, "common-sense": 4, "visual": 5})
    vectors = {"language": torch.randn(3, 6), "common-sense": torch.randn(3, 4), "visual": torch.randn(3, 5)}
    there = {kind: torch.tensor([True, True, True]) for kind in vectors}
    whole = found(vectors, there)
    looks = {**vectors, "visual": vectors["visual"] + 1}
    assert not torch.allclose(found(looks, there), whole)
    blind = {**there, "visual": torch.tensor([True, False, False])}
    one, other = found(vectors, blind), found(looks, blind)
    assert torch.equal(one[1:], other[1:])
    assert not torch.allclose(one[0], other[0])
    nothing = found(vectors, dict.fromkeys(there, torch.zeros(3, dtype=torch.bool)))
    assert not nothing.any()


def test_modalities_have_names():
    with pytest.raises(ValueError, match="smell"):
        ItemEncoder({"smell": 3}, SHAPE)
    with pytest.raises(ValueError, match="none"):
        ItemEncoder({}, SHAPE)


def test_cross_attention_tells_what_neither_modality_tells_alone():
    """The sum of the modalities is the same for all four items; only their product is not."""
    torch.manual_seed(0)
    signs = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    vectors = {"language": signs[:, :1].repeat(1, 4), "visual": signs[:, 1:].repeat(1, 4)}
    there = dict.fromkeys(vectors, torch.ones(4, dtype=torch.bool))
    wanted = signs.prod(1)
    losses = {}
    for layers in (0, 2):
        made = ItemEncoder({"language": 4, "visual": 4}, replace(SHAPE, layers=layers))
        read = torch.nn.Linear(8, 1)
        optimizer = torch.optim.Adam([*made.parameters(), *read.parameters()], lr=0.01)
        for _ in range(150):
            loss = (read(made(vectors, there))[:, 0] - wanted).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses[layers] = loss.item()
    assert losses[2] < 0.1
    assert losses[0] > 0.9


def test_scores_are_finite_where_an_interest_has_no_item():
    network, graphs = warmed(replace(SHAPE, interests=8)), random_graphs()
    found = network(torch.randn(2, 5, 8), torch.randn(2, 3, 8), graphs)
    assert np.isfinite(found.detach().numpy()).all()
