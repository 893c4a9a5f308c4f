"""A barrage: several blows within seconds of each other, while the feed goes on, before the stream may recover.

It finds what single blows cannot: a process that dies while another one is frozen, a worker that starts while its
broker is cut off. It also takes less time: the stream recovers once from all of them.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from topology.chaos.feed import Slice
from topology.chaos.flow import Flow
from topology.chaos.plan import Blow
from topology.chaos.result import Struck
from topology.chaos.strikes import Strikes

LONGEST_PAUSE = 5.0
"""Seconds before the keeper starts again what keeps dying. With its usual minute most blows would find nothing."""


async def barrage(
    flow: Flow, strikes: Strikes, blows: Sequence[Blow], parts: Sequence[Slice], *, media: bool
) -> list[Struck]:
    """Strikes blow after blow, publishes a slice beside each, and waits until the stream has recovered.

    Args:
        flow: What flows through the stack.
        strikes: Who strikes.
        blows: One or more blows.
        parts: As many slices.
        media: Whether the media that wait must be read too.

    Returns:
        The blows; the last one has the recovery of them all.

    Raises:
        ChaosError: The stream did not recover.
    """
    waiting: asyncio.Queue[Slice] = asyncio.Queue()

    async def publish() -> None:
        # One after the other: the order of an article's versions is the order that is checked.
        for _ in parts:
            part = await waiting.get()
            await flow.publish(part.items if part is parts[-1] else [*part.items, part.pulse])

    publishing = asyncio.create_task(publish())
    try:
        loop, falling = asyncio.get_running_loop(), []
        with ThreadPoolExecutor(len(blows)) as threads:
            for blow, part in zip(blows, parts, strict=True):
                waiting.put_nowait(part)
                await asyncio.sleep(blow.wait)
                falling.append(loop.run_in_executor(threads, _strike, strikes, blow))
            fallen = await asyncio.gather(*falling)
        over = time.monotonic()
        await publishing
    finally:
        publishing.cancel()
    pulse = await flow.publish([parts[-1].pulse])
    await flow.arrive(pulse, media=media)
    recovery = time.monotonic() - over
    last = len(blows) - 1
    return [
        Struck(blow, hit, None, held, recovery if number == last else None, len(blows))
        for number, (blow, (hit, held)) in enumerate(zip(blows, fallen, strict=True))
    ]


def _strike(strikes: Strikes, blow: Blow) -> tuple[bool, float]:
    begin = time.monotonic()
    return strikes.strike(blow), time.monotonic() - begin
