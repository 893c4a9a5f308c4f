"""Each pair reads the words of its window from where its names stand."""

import pytest

torch = pytest.importorskip("torch")

from inference.training.text.pair_reader import PLACES, PairReader, places  # noqa: E402

pytestmark = pytest.mark.training


def test_places_tell_before_within_and_after():
    found = places(torch.arange(12), torch.tensor([[5]]), torch.tensor([[6]]))[0].tolist()
    assert found[5] == found[6] == 0
    assert found[7:11] == [1, 2, 3, 4]
    assert found[10] == found[11]  # five words after count as four
    assert found[4] != found[7]
    assert max(places(torch.arange(999), torch.tensor([[500]]), torch.tensor([[500]]))[0].tolist()) == PLACES - 1


def test_a_pair_learns_which_side_of_its_subject_to_read():
    torch.manual_seed(1)
    reader = PairReader(8, 4, 2, heads=2, head_width=8)
    out = torch.nn.Linear(16, 1)
    optimizer = torch.optim.Adam([*reader.parameters(), *out.parameters()], lr=0.02)

    def batch():
        """Twelve random words; true if the word right after the subject has a positive first number."""
        words = torch.randn(12, 8)
        at = torch.arange(1, 11)
        spans = torch.stack([at, at, torch.full_like(at, 11), torch.full_like(at, 11)], dim=1)
        return words, torch.ones(len(at), 8), spans, (words[at + 1, 0] > 0).float()

    covers = torch.zeros(12, dtype=torch.long)
    for _ in range(250):
        words, ends, spans, truth = batch()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            out(reader(words, ends, spans, covers))[:, 0], truth
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    right = []
    for _ in range(20):
        words, ends, spans, truth = batch()
        right.append(((out(reader(words, ends, spans, covers))[:, 0] > 0) == truth.bool()).float().mean())
    assert torch.stack(right).mean() > 0.9


def test_the_type_of_a_covered_word_counts():
    torch.manual_seed(2)
    reader = PairReader(8, 4, 2, heads=2, head_width=8)
    given = torch.randn(5, 8), torch.randn(1, 8), torch.tensor([[0, 0, 4, 4]])
    plain, covered = (reader(*given, torch.tensor(covers)) for covers in ([0] * 5, [0, 0, 2, 0, 0]))
    assert not torch.allclose(plain, covered)
