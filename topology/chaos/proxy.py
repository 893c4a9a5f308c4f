"""TCP proxies between workers and servers, which can cut connections or let them fall silent."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import Self

CHUNK = 64 * 1024
STARTS_WITHIN = 10.0


class Proxies:
    """One proxy for each server, in a thread of their own: whoever strikes blows also waits for processes to end."""

    def __init__(self, routes: Mapping[str, tuple[int, int]]) -> None:
        """Opens nothing yet.

        Args:
            routes: By server: the loopback port to listen on, and the port to pass connections to.
        """
        self._loop = asyncio.new_event_loop()
        self._proxies = {name: _Proxy(*ports) for name, ports in routes.items()}
        self._thread = threading.Thread(target=self._loop.run_forever, name="chaos-proxies", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        for proxy in self._proxies.values():
            asyncio.run_coroutine_threadsafe(proxy.open(), self._loop).result(STARTS_WITHIN)
        return self

    def __exit__(self, *_: object) -> None:
        for proxy in self._proxies.values():
            asyncio.run_coroutine_threadsafe(proxy.end(), self._loop).result(STARTS_WITHIN)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STARTS_WITHIN)
        self._loop.close()

    def cut(self, name: str) -> None:
        """Resets all connections to a server, and refuses new ones until `restore`."""
        self._call(self._proxies[name].close)

    def silence(self, name: str) -> None:
        """Passes nothing on until `restore`; connections stay open, and new ones are accepted."""
        self._call(self._proxies[name].flowing.clear)

    def restore(self, name: str) -> None:
        """Lets everything through again."""
        proxy = self._proxies[name]
        self._call(proxy.flowing.set)
        asyncio.run_coroutine_threadsafe(proxy.open(), self._loop).result(STARTS_WITHIN)

    def _call(self, act: Callable[[], object]) -> None:
        done = threading.Event()

        def run() -> None:
            try:
                act()
            finally:
                done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait(STARTS_WITHIN)


class _Proxy:
    def __init__(self, port: int, target: int) -> None:
        self.flowing = asyncio.Event()
        self.flowing.set()
        self._port = port
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepted: set[asyncio.Task[None] | None] = set()

    async def open(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()

    async def end(self) -> None:
        self.close()
        await asyncio.gather(*filter(None, self._accepted), return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._accepted.add(task)
        try:
            await self._between(reader, writer)
        finally:
            self._accepted.discard(task)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, onward_writer}
        self._writers |= ends
        pumps = [
            asyncio.create_task(self._pump(reader, onward_writer)),
            asyncio.create_task(self._pump(onward_reader, writer)),
        ]
        self._tasks |= set(pumps)
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # One end that closes ends the other: none of these servers uses half-closed connections.
            for pump in pumps:
                pump.cancel()
            self._tasks -= set(pumps)
            self._writers -= ends
            for end in ends:
                end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self.flowing.wait()
                writer.write(data)
                await writer.drain()
