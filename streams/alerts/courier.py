"""Calls one receiver: with each alert that its watches make, in their order, each until it is taken or given up.

How far it is called is remembered after each call, with the ids that it has. So an alert is sent again only if this
worker dies between the receiver's answer and that record, and then with the same id.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Protocol

import orjson
import structlog

from streams.alerts.calls import Outcome
from streams.alerts.hours import call_time, held
from streams.alerts.log import AlertLog, LoggedAlert
from streams.alerts.state import CallPosition
from streams.alerts.watch_list import Receiver
from streams.messages.alert_events import Alert
from streams.messages.base import stable_id
from streams.messages.outputs import serialise
from streams.road.metrics import ALERT_CALLS

log = structlog.get_logger(__name__)

MOST_IN_CALL = 100
"""Alerts of one call."""

MOST_BYTES = 512 * 1024
"""Bytes of the alerts of one call, if there are several: servers often take a megabyte at most."""

REMEMBERED_CALLS = 500
"""Latest alerts that a receiver is known to have."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 600.0
"""Seconds between two attempts."""

FINISH_WITHIN = 15.0
"""Seconds that a call may take to finish when the worker stops."""

SKIPPED = 100
"""Alerts for others after which the position is written all the same."""


class Clock(Protocol):
    """Time, which tests simulate."""

    def now(self) -> float:
        """Returns seconds since 1970."""

    async def sleep(self, seconds: float) -> None:
        """Waits."""


class Post(Protocol):
    """Makes one call; see `streams.alerts.calls.Caller.call`."""

    async def __call__(self, receiver: Receiver, id_: str, body: bytes, now: float) -> Outcome:
        """Makes it."""


class Courier:
    """Calls one receiver for as long as `run` runs."""

    def __init__(
        self,
        receiver: Receiver,
        wants: Callable[[Alert], bool],
        position: CallPosition,
        alerts: AlertLog,
        *,
        post: Post,
        remember: Callable[[CallPosition], Awaitable[None]],
        bury: Callable[[Sequence[LoggedAlert], str, str], Awaitable[None]],
        clock: Clock,
        tries: int,
    ) -> None:
        """Reads nothing yet.

        Args:
            receiver: The receiver.
            wants: Whether an alert is for it.
            position: How far it was called; `alerts` begins there.
            alerts: The alerts.
            post: Makes a call.
            remember: Makes a position durable.
            bury: Sends alerts to dead letters, with a reason (a fixed name) and a message.
            clock: The time.
            tries: Attempts at a call.
        """
        self._receiver, self._wants, self._alerts = receiver, wants, alerts
        self._post, self._remember, self._bury, self._clock, self._tries = post, remember, bury, clock, tries
        self._offset = self._written = position.offset
        self._called = deque(position.called, REMEMBERED_CALLS)
        self._waiting: deque[LoggedAlert] = deque()
        self.problem = ""

    async def run(self) -> None:
        """Calls the receiver without end."""
        while True:
            await self.step()

    async def step(self) -> None:
        """Makes the next call, when it may be made, or passes over what is not for this receiver."""
        if not self._waiting:
            self._waiting += await self._alerts.next(MOST_IN_CALL, wait=True)
        await self._pass_over()
        if not self._waiting:
            return
        first = self._waiting[0]
        now = self._now()
        arrived = min(first.at, now)  # by the broker's clock, which may be ahead
        pause = (call_time(self._receiver, arrived, now) - now).total_seconds()
        together = held(self._receiver, arrived) or pause > 0
        if pause > 0:
            await self._clock.sleep(pause)
        if together:
            self._waiting += await self._alerts.next(MOST_IN_CALL, wait=False)
        await self._deliver(self._group(MOST_IN_CALL if together else 1))

    def _group(self, most: int) -> list[LoggedAlert]:
        """Returns the first alerts that wait, as many as one call may have."""
        group: list[LoggedAlert] = []
        size = 0
        for one in filter(self._new, self._waiting):
            size += len(one.record.value or b"")
            if group and (len(group) == most or size > MOST_BYTES):
                break
            group.append(one)
        return group

    async def _pass_over(self) -> None:
        while self._waiting and not self._new(self._waiting[0]):
            self._offset = self._waiting.popleft().offset + 1
        if self._offset - self._written >= SKIPPED:
            await self._write()

    def _new(self, one: LoggedAlert) -> bool:
        """Returns whether an alert is for this receiver, and it does not have it."""
        return one.alert is not None and self._wants(one.alert) and _hash(one.alert.id) not in self._called

    async def _deliver(self, group: Sequence[LoggedAlert]) -> None:
        """Calls the receiver with some alerts until it takes them, or they are given up."""
        alerts = {one.alert.id: one.alert for one in group if one.alert}
        call = next(iter(alerts)) if len(alerts) == 1 else stable_id("d", *alerts)
        parts = orjson.dumps(self._receiver.name), b",".join(map(serialise, alerts.values()))
        body = b'{"receiver":%b,"alerts":[%b]}' % parts
        attempt, wait, name = 0, FIRST_WAIT, self._receiver.name
        while True:
            attempt += 1
            outcome = await _finished(self._attempt(group, call, body))
            if not outcome.reason:
                self.problem = ""
                return
            if not outcome.again or attempt == self._tries:
                ALERT_CALLS.labels("given_up").inc()
                self.problem = f"receiver {name}: {outcome.reason}; the alerts went to dead letters"
                reason = "receiver-failed" if outcome.again else "receiver-refused"
                await self._bury(group, reason, f"receiver {name}, attempt {attempt}: {outcome.reason}")
                await self._done(group)
                return
            ALERT_CALLS.labels("failed").inc()
            self.problem = f"receiver {name}: {outcome.reason}; it is called again"
            log.warning("alerts.call_failed", receiver=name, attempt=attempt, reason=outcome.reason)
            # Up to a tenth more, so that many receivers behind one server do not come back together.
            jitter = 1 + random.random() / 10  # noqa: S311 - no secret
            await self._clock.sleep(max(wait * jitter, outcome.after or 0.0))
            wait = min(2 * wait, LONGEST_WAIT)

    async def _attempt(self, group: Sequence[LoggedAlert], call: str, body: bytes) -> Outcome:
        outcome = await self._post(self._receiver, call, body, self._clock.now())
        if not outcome.reason:
            ALERT_CALLS.labels("delivered").inc()
            self._called += [_hash(one.alert.id) for one in group if one.alert]
            await self._done(group)
        return outcome

    async def _done(self, group: Sequence[LoggedAlert]) -> None:
        self._offset = group[-1].offset + 1
        while self._waiting and self._waiting[0].offset < self._offset:
            self._waiting.popleft()
        await self._write()

    async def _write(self) -> None:
        await self._remember(
            CallPosition(receiver=self._receiver.name, offset=self._offset, called=tuple(self._called))
        )
        self._written = self._offset

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)


async def _finished(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Awaits a call together with the note of it, even if this worker is to stop, so that it is not made twice."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISH_WITHIN)
        task.cancel()
        raise


def _hash(id_: str) -> str:
    return blake2b(id_.encode(), digest_size=8).hexdigest()
