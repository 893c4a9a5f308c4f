"""The couriers of all receivers, each a task of its own, so that none waits for another's receiver."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from streams.alerts.calls import Caller
from streams.alerts.courier import Courier
from streams.alerts.log import KafkaAlertLog, LoggedAlert
from streams.alerts.state import CallPosition
from streams.alerts.watch_list import Receiver, WatchList
from streams.messages.alert_events import Alert
from topology.settings import Settings

log = structlog.get_logger(__name__)

AGAIN_AFTER = 30.0
"""Seconds until a courier that ended by a fault of ours begins again."""

Remember = Callable[[CallPosition], Awaitable[None]]
Bury = Callable[[Sequence[LoggedAlert], str, str], Awaitable[None]]


class WallClock:
    """The time."""

    def now(self) -> float:
        """Returns seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)


class Couriers:
    """Starts and ends couriers as receivers come and go."""

    def __init__(
        self, declared: Settings, caller: Caller, positions: dict[str, CallPosition], remember: Remember, bury: Bury
    ) -> None:
        """Starts none yet.

        Args:
            declared: The settings.
            caller: Makes the calls.
            positions: How far each receiver was called; kept up to date.
            remember: Makes a position durable.
            bury: See `Courier`.
        """
        self._settings, self._caller, self._positions = declared, caller, positions
        self._durable, self._bury = remember, bury
        self._tasks: dict[Receiver, asyncio.Task[None]] = {}
        self._at_work: dict[str, Courier] = {}
        self._receivers: dict[str, frozenset[str] | None] = {}

    async def serve(self, listed: WatchList) -> None:
        """Calls the receivers of a list, and no others; a new one with what is published after this returns."""
        self._receivers = {w.name: None if w.receivers is None else frozenset(w.receivers) for w in listed.watches}
        await self._end([receiver for receiver in self._tasks if receiver not in listed.receivers])
        for receiver in listed.receivers:
            if receiver not in self._tasks:
                if receiver.name not in self._positions:
                    await self._remember(CallPosition(receiver=receiver.name, offset=await self._end_of_log()))
                self._tasks[receiver] = asyncio.create_task(self._run(receiver))

    async def stop(self) -> None:
        """Ends all; what is being sent is finished first."""
        await self._end(list(self._tasks))

    def problems(self) -> list[str]:
        """Returns why receivers cannot be called at the moment."""
        return [courier.problem for courier in self._at_work.values() if courier.problem]

    async def _end(self, receivers: Sequence[Receiver]) -> None:
        tasks = [self._tasks.pop(receiver) for receiver in receivers]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for receiver in receivers:
            self._at_work.pop(receiver.name, None)

    async def _end_of_log(self) -> int:
        async with KafkaAlertLog(self._settings.kafka, None) as alerts:
            return await alerts.position()

    async def _run(self, receiver: Receiver) -> None:
        while True:
            try:
                await self._serve(receiver)
            except Exception:
                log.exception("alerts.courier", receiver=receiver.name)
                await asyncio.sleep(AGAIN_AFTER)

    async def _serve(self, receiver: Receiver) -> None:
        known = self._positions[receiver.name]
        async with KafkaAlertLog(self._settings.kafka, known.offset) as alerts:
            courier = self._at_work[receiver.name] = Courier(
                receiver,
                lambda alert: self._wanted(receiver, alert),
                known,
                alerts,
                post=self._caller.call,
                remember=self._remember,
                bury=self._bury,
                clock=WallClock(),
                tries=self._settings.alert_tries,
            )
            await courier.run()

    def _wanted(self, receiver: Receiver, alert: Alert) -> bool:
        """Returns whether a receiver is to get an alert; not one of a watch that is no longer listed."""
        if alert.watch not in self._receivers:
            return False
        wanted = self._receivers[alert.watch]
        return wanted is None or receiver.name in wanted

    async def _remember(self, position: CallPosition) -> None:
        self._positions[position.receiver] = position
        await self._durable(position)
