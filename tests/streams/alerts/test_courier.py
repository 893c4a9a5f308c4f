"""Calls of a receiver: a real HTTP server, simulated time, and deaths between any two steps."""

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from streams.alerts.calls import Caller, SecretError, signature
from streams.alerts.courier import MOST_IN_CALL, Courier
from streams.alerts.log import LoggedAlert
from streams.alerts.state import CallPosition
from streams.alerts.watch_list import Receiver
from streams.messages.alert_events import Alert
from streams.road.stage import Record
from tests.helpers.loopback import Loopback, begin
from tests.streams.alerts.desk import Desk, fact
from topology.settings import Settings

SECRET = "a secret of enough characters"
BEGIN = datetime(2026, 1, 10, 12, tzinfo=UTC).timestamp()
HOUR = 3600.0


def alert(n: int, watch: str = "w0") -> Alert:
    desk = Desk({"names": ["Apple"]})
    desk.read(*fact(f"a{n}"))
    return desk.alerts()[0].model_copy(update={"id": f"a-{n}", "watch": watch})


class Hooks(Loopback):
    """A receiver: answers with what the test says, and keeps what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.came: list[tuple[dict[str, str], bytes]] = []
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        status = self.statuses.pop(0) if self.statuses else 204
        self.came.append((dict(request.headers), body))
        begin(request, status, self.headers)

    def ids(self) -> list[list[str]]:
        return [[one["id"] for one in json.loads(body)["alerts"]] for _, body in self.came]


class OverError(Exception):
    """There is nothing more to do within the simulated time."""


class World:
    """Time, alerts on their topic, and what is remembered of a receiver."""

    def __init__(self, hooks: Hooks) -> None:
        self.time = BEGIN
        self.hooks = hooks
        self.alerts: list[LoggedAlert] = []
        self.position = CallPosition(receiver="desk", offset=0)
        self.letters: list[tuple[list[str], str, str]] = []
        self.slept: list[float] = []
        self.written = 0
        self.dies_before_writing = False

    def publish(self, *alerts: Alert, after: float = 0.0) -> None:
        for one in alerts:
            offset = len(self.alerts)
            record = Record("alerts", 0, offset, int((self.time + after) * 1000), b"w", one.model_dump_json().encode())
            self.alerts.append(LoggedAlert(offset, record.time, one, record))

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    async def remember(self, position: CallPosition) -> None:
        if self.dies_before_writing:
            raise OverError
        self.written += 1
        self.position = CallPosition.model_validate_json(position.model_dump_json())

    async def bury(self, group, reason, message) -> None:
        self.letters.append(([one.alert.id for one in group], reason, message))

    async def work(self, caller: Caller, tries: int = 4, watches: tuple[str, ...] = ("w0",), **fields) -> None:
        """Lets a new courier, which knows only what is remembered, work until nothing is left to do."""
        listed = {"name": "desk", "url": self.hooks.url("/hook"), "zone": "UTC", **fields}
        courier = Courier(
            Receiver.model_validate(listed),
            lambda one: one.watch in watches,
            self.position,
            Log(self, self.position.offset),
            post=caller.call,
            remember=self.remember,
            bury=self.bury,
            clock=self,
            tries=tries,
        )
        with pytest.raises(OverError):
            await courier.run()


class Log:
    """Alerts that have been published by the simulated time."""

    def __init__(self, world: World, offset: int) -> None:
        self.world, self.offset = world, offset

    async def next(self, most: int, *, wait: bool) -> list[LoggedAlert]:
        there = [one for one in self.world.alerts[self.offset :] if one.at.timestamp() <= self.world.time][:most]
        if wait and not there:
            later = self.world.alerts[self.offset :]
            if not later:
                raise OverError
            self.world.time = later[0].at.timestamp()
            there = later[:1]
        self.offset += len(there)
        return there


@pytest.fixture
def hooks():
    hooks = Hooks()
    yield hooks
    hooks.close()


@pytest.fixture
async def caller():
    caller = Caller(settings())
    yield caller
    await caller.close()


def settings(**fields) -> Settings:
    return Settings(alert_secret=SECRET, alert_private_hosts="127.0.0.1", alert_call_within=2.0, **fields)


def verified(headers: dict[str, str], body: bytes, secret: bytes) -> bool:
    """As a receiver of Standard Webhooks does it."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{wanted}")


def test_the_signature_is_that_of_standard_webhooks():
    # The example of the specification's reference implementation.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    given = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_each_alert_is_one_signed_call_in_order(hooks, caller):
    world = World(hooks)
    world.publish(alert(1), alert(2, watch="another"), alert(3))
    await world.work(caller)
    assert hooks.ids() == [["a-1"], ["a-3"]]
    headers, body = hooks.came[0]
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("a-1", str(int(BEGIN)))
    assert verified(headers, body, SECRET.encode())
    assert not verified(headers, body + b" ", SECRET.encode())
    assert not verified({**headers, "webhook-timestamp": "1"}, body, SECRET.encode())


async def test_a_failed_call_is_repeated_later_each_time_with_the_same_id_and_a_new_timestamp(hooks, caller):
    world = World(hooks)
    hooks.statuses = [503, 429]
    hooks.headers = {"Retry-After": "100"}
    world.publish(alert(1))
    await world.work(caller)
    assert hooks.ids() == [["a-1"]] * 3
    assert world.slept == [100.0, 100.0]
    assert [headers["webhook-timestamp"] for headers, _ in hooks.came] == [str(int(BEGIN + n)) for n in (0, 100, 200)]
    assert all(verified(headers, body, SECRET.encode()) for headers, body in hooks.came)


async def test_waits_double_and_after_the_last_attempt_it_is_a_dead_letter_and_the_next_one_goes_on(hooks, caller):
    world = World(hooks)
    hooks.statuses = [500] * 4
    world.publish(alert(1), alert(2))
    await world.work(caller, tries=4)
    assert hooks.ids() == [["a-1"]] * 4 + [["a-2"]]
    assert [int(seconds) for seconds in world.slept] == [1, 2, 4]
    ((ids, reason, message),) = world.letters
    assert (ids, reason) == (["a-1"], "receiver-failed")
    assert message == "receiver desk, attempt 4: it answered 500 Internal Server Error"


@pytest.mark.parametrize("status", [301, 400, 404, 410])
async def test_what_is_refused_is_a_dead_letter_at_once(hooks, caller, status):
    world = World(hooks)
    hooks.statuses = [status]
    hooks.headers = {"Location": "/elsewhere"}
    world.publish(alert(1))
    await world.work(caller)
    assert (len(hooks.came), world.letters[0][1], world.slept) == (1, "receiver-refused", [])


async def test_a_receiver_that_is_not_there_is_tried_again(hooks, caller):
    world = World(hooks)
    hooks.close()
    world.publish(alert(1))
    await world.work(caller, tries=2)
    assert (world.letters[0][1], len(world.slept)) == ("receiver-failed", 1)


async def test_only_public_addresses_are_called(hooks):
    world = World(hooks)
    caller = Caller(Settings(alert_secret=SECRET))
    world.publish(alert(1))
    await world.work(caller)
    await caller.close()
    assert hooks.came == []
    assert "127.0.0.1 is not a public address" in world.letters[0][2]


async def test_quiet_hours_end_in_one_call_with_all_that_came(hooks, caller):
    world = World(hooks)
    world.publish(alert(1), alert(2), after=60)
    world.publish(alert(3), after=1.5 * HOUR)
    world.publish(alert(4), after=2.5 * HOUR)
    await world.work(caller, quiet=["12:00-14:00"])
    assert hooks.ids() == [["a-1", "a-2", "a-3"], ["a-4"]]
    assert hooks.came[0][0]["webhook-timestamp"] == str(int(BEGIN + 2 * HOUR))


async def test_a_digest_survives_its_worker_and_large_ones_are_several_calls(hooks, caller):
    world = World(hooks)
    world.publish(*map(alert, range(MOST_IN_CALL + 5)), after=60)
    await world.work(caller, digest=["18:00"])
    assert list(map(len, hooks.ids())) == [MOST_IN_CALL, 5]
    assert hooks.came[0][0]["webhook-timestamp"] == str(int(BEGIN + 6 * HOUR))
    assert len({headers["webhook-id"] for headers, _ in hooks.came}) == 2


async def test_a_new_worker_calls_for_what_the_dead_one_had_not(hooks, caller):
    world = World(hooks)
    world.publish(alert(1), alert(2))
    await world.work(caller)
    world.publish(alert(1), alert(3))  # the first again, as after a death of the one that publishes
    await world.work(caller)
    assert hooks.ids() == [["a-1"], ["a-2"], ["a-3"]]


async def test_a_death_between_answer_and_memory_repeats_that_call_with_its_id(hooks, caller):
    world = World(hooks)
    world.publish(alert(1), alert(2))
    world.dies_before_writing = True
    await world.work(caller)
    world.dies_before_writing = False
    await world.work(caller)
    assert hooks.ids() == [["a-1"], ["a-1"], ["a-2"]]
    assert [headers["webhook-id"] for headers, _ in hooks.came] == ["a-1", "a-1", "a-2"]


async def test_a_worker_that_stops_remembers_the_call_that_it_is_making(hooks, caller):
    world = World(hooks)
    world.publish(alert(1))
    answered, called = asyncio.Event(), asyncio.Event()

    class Slow:
        async def call(self, receiver, id_, body, now):
            called.set()
            await answered.wait()
            return await caller.call(receiver, id_, body, now)

    work = asyncio.create_task(world.work(Slow()))
    await called.wait()
    work.cancel()
    asyncio.get_running_loop().call_soon(answered.set)
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (world.position.offset, hooks.ids()) == (1, [["a-1"]])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "has no secret to sign its calls with"),
        ({"alert_secret": "short"}, "has 5 bytes; make one of at least 24"),
        ({"alert_secret": "whsec_?"}, "must be base64"),
        ({"alert_secret_file": "/nowhere"}, "cannot read /nowhere"),
    ],
)
async def test_without_a_good_secret_nothing_is_called(given, said):
    caller = Caller(Settings(**given))
    with pytest.raises(SecretError, match=said.replace("?", ".")):
        caller.secrets.of(Receiver(name="desk", url="https://hooks.example/x"))
    await caller.close()


async def test_a_receiver_s_own_secret_comes_before_the_others_and_is_read_again(tmp_path):
    file = tmp_path / "secret"
    caller = Caller(settings())
    receiver = Receiver(name="desk", url="https://hooks.example/x", secret_file=str(file))
    for secret in (b"first secret, long enough.", b"another secret, long enough."):
        file.write_text("whsec_" + base64.b64encode(secret).decode() + "\n", encoding="utf-8")
        assert caller.secrets.of(receiver) == secret
    await caller.close()
