import pytest

from streams.road.halving import by_halves


async def halve(items, bad=()):
    """Returns the result of halving, and the batches that were tried."""
    tried = []

    async def call(batch):
        tried.append(list(batch))
        if found := [item for item in batch if item in bad]:
            raise ValueError(found[0])
        return [item * 10 for item in batch]

    return await by_halves(items, call, on=ValueError, rejected=lambda item, error: [f"{item}: {error}"]), tried


async def test_a_batch_that_is_accepted_is_one_call():
    assert await halve([1, 2, 3]) == ([10, 20, 30], [[1, 2, 3]])


@pytest.mark.parametrize("bad", [(3,), (1, 5), (1, 2, 3, 4, 5)])
async def test_rejected_items_stand_alone_and_the_order_holds(bad):
    results, _ = await halve([1, 2, 3, 4, 5], bad)
    assert results == [f"{item}: {item}" if item in bad else item * 10 for item in (1, 2, 3, 4, 5)]


async def test_one_rejected_item_costs_few_calls():
    _, tried = await halve(list(range(64)), (17,))
    assert len(tried) == 1 + 2 * 6


async def test_any_other_exception_is_raised_at_once():
    async def call(batch):
        raise KeyError(batch[0])

    with pytest.raises(KeyError):
        await by_halves([1, 2], call, on=ValueError, rejected=lambda *_: [])


async def test_an_empty_batch_that_is_rejected_ends():
    async def call(batch):
        raise ValueError(f"{len(batch)} items")

    with pytest.raises(ValueError, match="0 items"):
        await by_halves([], call, on=ValueError, rejected=lambda *_: [])
