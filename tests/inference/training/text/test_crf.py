"""The CRF's loss and the numpy Viterbi against sums and maxima over every single path."""

import sys
from itertools import product

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from inference.training.text import tags  # noqa: E402
from inference.training.text.crf import PartialCrf  # noqa: E402
from tests.inference.training.text.tiny import MODEL  # noqa: E402

pytestmark = pytest.mark.training
TYPES = 2
TAGS = tags.count(TYPES)


def path_score(emissions, scores, path):
    total, before = 0.0, TAGS
    for word, tag in enumerate(path):
        total += float(scores[before, tag] + emissions[word, tag])
        before = tag
    return total


@pytest.fixture
def crf():
    torch.manual_seed(3)
    crf = PartialCrf(TYPES)
    torch.nn.init.normal_(crf.transitions)
    return crf


def test_the_loss_is_that_of_all_paths_summed_one_by_one(crf):
    torch.manual_seed(4)
    lengths = torch.tensor([4, 2])
    emissions = torch.randn(2, 4, TAGS)
    allowed = torch.rand(2, 4, TAGS) > 0.4
    allowed[:, :, 0] = True
    scores = crf.scores().detach()
    for row, length in enumerate(lengths.tolist()):
        everything, agreeing = [], []
        for path in product(range(TAGS), repeat=length):
            score = path_score(emissions[row], scores, path)
            everything.append(score)
            if all(allowed[row, word, tag] for word, tag in enumerate(path)):
                agreeing.append(score)
        wanted = np.logaddexp.reduce(everything) - np.logaddexp.reduce(agreeing)
        assert crf(emissions, allowed, lengths)[row].item() == pytest.approx(wanted, abs=1e-4)


def test_where_nothing_is_labelled_nothing_is_learned(crf):
    emissions = torch.randn(1, 3, TAGS, requires_grad=True)
    loss = crf(emissions, torch.ones(1, 3, TAGS, dtype=torch.bool), torch.tensor([3]))
    loss.sum().backward()
    assert loss.item() == pytest.approx(0, abs=1e-5)
    assert emissions.grad.abs().max().item() == pytest.approx(0, abs=1e-5)


def test_a_mentions_score_is_that_of_its_paths_beside_all_others(crf):
    sys.path.insert(0, str(MODEL))
    from viterbi import best_paths, mention_scores, spans  # noqa: PLC0415

    rng = np.random.default_rng(8)
    scores = crf.scores().detach().numpy().astype(np.float32)
    lengths = np.array([5, 1, 6, 3], np.int32)
    emissions = rng.normal(size=(lengths.sum(), TAGS), scale=2).astype(np.float32)
    paths = best_paths(emissions, lengths, scores)
    stops = np.cumsum(lengths)
    flat, bounds, wanted = [], [], []
    for path, start, stop in zip(paths, stops - lengths, stops, strict=True):
        for first, end, kind in spans(path):
            flat.append((start + first, start + end, kind))
            bounds.append((start, stop))
            others = [np.array(path) for _ in range(TYPES + 1)]
            for type_ in range(TYPES):
                others[type_][first:end] = [tags.begin(type_), *[tags.inside(type_)] * (end - first - 1)]
            others[TYPES][first:end] = 0
            ways = [path_score(emissions[start:stop], scores, way) for way in others]
            wanted.append(np.exp(ways[kind] - np.logaddexp.reduce(ways)))
    assert len({end - first for first, end, _ in flat}) > 1
    found = mention_scores(emissions, np.concatenate(paths), np.array(flat), np.array(bounds), scores)
    assert found == pytest.approx(wanted, abs=1e-5)


def test_viterbi_finds_the_best_of_all_paths(crf):
    sys.path.insert(0, str(MODEL))
    from viterbi import best_paths  # noqa: PLC0415

    rng = np.random.default_rng(5)
    scores = crf.scores().detach().numpy().astype(np.float32)
    lengths = np.array([3, 5, 1, 4], np.int32)
    emissions = rng.normal(size=(lengths.sum(), TAGS)).astype(np.float32)
    found = best_paths(emissions, lengths, scores)
    starts = np.cumsum(lengths) - lengths
    for path, start, length in zip(found, starts, lengths, strict=True):
        window = emissions[start : start + length]
        best = max(product(range(TAGS), repeat=int(length)), key=lambda p: path_score(window, scores, p))
        assert tuple(path.tolist()) == best
