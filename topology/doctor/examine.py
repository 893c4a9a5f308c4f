"""Examines everything at once, each with a deadline."""

import asyncio
from collections.abc import Awaitable

from topology.access.errors import AccessError
from topology.doctor import graph, kafka, machine, models
from topology.doctor.finding import Finding, do
from topology.settings import Settings

PARTS = 4
"""Requests one after the other that an examination may need, each within the deadline."""


async def examine(declared: Settings, *, client: str = "", within: float = 5.0) -> list[Finding]:
    """Returns the findings, by area.

    Args:
        declared: The settings.
        client: Whose rights on Kafka are wanted; "" for any.
        within: Seconds for one request.
    """
    parts = await asyncio.gather(
        _bounded("kafka", kafka.examine(declared, client), within),
        _bounded("triton", models.examine(declared, within), within),
        _bounded("neo4j", graph.examine(declared), within),
    )
    return [*(finding for part in parts for finding in part), *machine.examine(declared)]


async def _bounded(area: str, examination: Awaitable[list[Finding]], within: float) -> list[Finding]:
    try:
        async with asyncio.timeout(PARTS * within):
            return await examination
    except TimeoutError:
        return [do(area, f"does not answer within {PARTS * within:.0f} s", "look at the server; it may hang")]
    except AccessError as error:
        what, _, advice = str(error).partition("; ")
        return [do(area, what, advice or "see docs/settings.md")]
    except Exception as error:  # noqa: BLE001 - one broken examination must not hide the others
        return [do(area, f"cannot be examined: {type(error).__name__}: {error}", "report this, with the settings used")]
