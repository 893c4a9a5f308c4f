"""A TCP proxy that forgets connections without a word, as load balancers do with those that were silent for long."""

import asyncio


class CuttingProxy:
    """Stands before a server on loopback.

    Attributes:
        port: Its port.
        accepted: Connections so far.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._dropped: set[asyncio.Event] = set()
        self._tasks: set[asyncio.Task] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.accepted = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """From now on nothing passes on the connections that are open; both sides still believe in them."""
        for drop in self._dropped:
            drop.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        drop = asyncio.Event()
        self._dropped.add(drop)
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += [writer, back]
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass(source, sink, drop))
            self._tasks.add(task)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, drop: asyncio.Event) -> None:
        while data := await source.read(1 << 16):
            if not drop.is_set():
                sink.write(data)
                await sink.drain()
        if not drop.is_set():
            sink.close()

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)
