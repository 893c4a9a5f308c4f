"""Clients that ask the API until they are told to stop: a process of its own, so that it slows no measurement's clock.

Run as a module, with a JSON object on the first line of its input (see `Orders`); it stops when the input ends, and
prints an object of lists of seconds by kind of question. Requests that failed are under `failed`.
"""

import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Self

import aiohttp
import orjson

from topology.bench.questions import Subjects, questions

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Orders:
    """What the clients are to do.

    Attributes:
        address: The API's, `http://HOST:PORT`.
        clients: How many there are, each with one request at a time.
        pause: Mean seconds between an answer and a client's next request (exponential); 0 for none.
        about: What they ask about.
        seed: Seed of their choices.
    """

    address: str
    clients: int
    pause: float
    about: Subjects
    seed: int

    @classmethod
    def read(cls, line: bytes) -> Self:
        """Returns the orders of a line."""
        fields = orjson.loads(line)
        entities = [(id_, name) for id_, name in fields["about"]["entities"]]
        return cls(**fields | {"about": Subjects(entities, fields["about"]["facts"])})

    def line(self) -> bytes:
        """Returns the orders as a line."""
        return orjson.dumps(asdict(self)) + b"\n"


Taken = dict[str, list[float]]
"""Seconds that answers took, by kind of question."""


async def ask(orders: Orders, stop: asyncio.Event) -> Taken:
    """Lets clients ask until `stop` is set. What is under way then does not count."""
    taken: Taken = defaultdict(list)
    connector = aiohttp.TCPConnector(limit=orders.clients)
    async with aiohttp.ClientSession(orders.address, connector=connector) as session:
        clients = [asyncio.create_task(_client(session, orders, nth, taken)) for nth in range(orders.clients)]
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, *clients}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, *clients):
            task.cancel()
        ended = await asyncio.gather(*clients, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
    return dict(taken)


async def _client(session: aiohttp.ClientSession, orders: Orders, nth: int, taken: Taken) -> None:
    seed = orders.seed * 1000 + nth
    pauses = random.Random(seed)  # noqa: S311 - a pause, not a secret
    asked: Iterator[tuple[str, str]] = questions(orders.about, seed)
    for kind, path in asked:
        if orders.pause:
            await asyncio.sleep(pauses.expovariate(1 / orders.pause))
        begin = time.perf_counter()
        try:
            async with session.get(path) as answer:
                await answer.read()
                kept = kind if answer.status == 200 else FAILED  # noqa: PLR2004
        except aiohttp.ClientConnectionError:
            kept = FAILED
        taken[kept].append(time.perf_counter() - begin)


async def _main() -> None:
    orders = Orders.read(sys.stdin.buffer.readline())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    ending = loop.run_in_executor(None, sys.stdin.buffer.read)
    ending.add_done_callback(lambda _: stop.set())
    sys.stdout.buffer.write(orjson.dumps(await ask(orders, stop)))


if __name__ == "__main__":
    asyncio.run(_main())
