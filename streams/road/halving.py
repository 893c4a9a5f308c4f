"""Halving a rejected batch until the items that cause the rejection stand alone.

A batch call fails as a whole, even if a single item is at fault. Halving finds that item in about log2(n) extra calls,
so every other item of the batch still goes through.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
E = TypeVar("E", bound=Exception)


async def by_halves(
    items: Sequence[T],
    call: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
    *,
    on: type[E],
    rejected: Callable[[T, E], Iterable[R]],
) -> list[R]:
    """Calls `call` with all items; while it raises `on`, calls it with either half instead.

    Args:
        items: The batch. The halves are called one after the other, in this order.
        call: Does the work. It may be repeated for an item that took part in a rejected call.
        on: The exception that means "some item of these is not acceptable". Any other is raised at once.
        rejected: Called with an item that is rejected alone, and the exception. Returns what stands for its result.

    Returns:
        The results, in the order of the items.
    """
    try:
        return list(await call(items))
    except on as error:
        if not items:
            raise
        if len(items) == 1:
            return list(rejected(items[0], error))
    middle = len(items) // 2
    left = await by_halves(items[:middle], call, on=on, rejected=rejected)
    right = await by_halves(items[middle:], call, on=on, rejected=rejected)
    return left + right
