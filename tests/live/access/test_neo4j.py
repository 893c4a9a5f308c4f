"""Neo4j as managed services offer it: TLS with an authority of its own, another database, a reader, a load balancer."""

import asyncio
import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j._async.io import _pool
from neo4j.exceptions import AuthError, ServiceUnavailable
from typer.testing import CliRunner

from tests.helpers.certificates import Authority
from tests.helpers.cutting_proxy import CuttingProxy
from tests.helpers.embedded import CACHE, free_port_base
from topology.cli import app
from topology.doctor import graph
from topology.graph.connection import LIVENESS_SECONDS, connect
from topology.local import ports
from topology.local.neo4j import Neo4j
from topology.local.processes import Processes
from topology.settings import Settings, settings

pytestmark = [
    pytest.mark.live,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _collected():
    """The driver leaves the socket of a TLS handshake that failed to the collector: here, and not in another test."""
    yield
    gc.collect()


PASSWORD, READERS = "only-for-tests", "only-for-readers"
DATABASE = "wire"


class SecureNeo4j(Neo4j):
    """The embedded Neo4j with TLS on Bolt and a default database of another name."""

    def __init__(self, folder: Path) -> None:
        base = free_port_base()
        super().__init__(Settings(state=folder / "state", cache=CACHE, port_base=base, neo4j_password=PASSWORD))
        self.authority = Authority(folder / "certificates")
        self.processes = Processes(self.settings.state)
        pair = self.authority.pair("neo4j")
        self.certificates = self.data / "certificates"
        self.certificates.mkdir(parents=True)
        (self.certificates / "private.key").write_bytes(pair.key.read_bytes())
        (self.certificates / "public.crt").write_bytes(pair.certificate.read_bytes())

    def _configuration(self) -> dict[str, str]:
        bolt = f"localhost:{self.ports['Bolt']}"
        return super()._configuration() | {
            "server.bolt.tls_level": "REQUIRED",
            "server.bolt.advertised_address": bolt,
            "dbms.ssl.policy.bolt.enabled": "true",
            "dbms.ssl.policy.bolt.base_directory": str(self.certificates),
            "dbms.ssl.policy.bolt.client_auth": "NONE",
            "initial.dbms.default_database": DATABASE,
        }

    def settings_for(self, scheme: str, **more: object) -> Settings:
        given = {
            "neo4j": f"{scheme}://localhost:{self.ports['Bolt']}",
            "neo4j_ca": str(self.authority.file),
            "neo4j_password": PASSWORD,
            "neo4j_database": DATABASE,
        }
        return Settings(**given | more)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[SecureNeo4j]:
    server = SecureNeo4j(tmp_path_factory.mktemp("neo4j"))
    try:
        server.prepare(lambda *_: None)
        server.launch(server.processes)
        deadline = time.monotonic() + 240
        while not ports.answers(server.ports["Bolt"]):
            assert server.processes.alive("neo4j"), server.processes.log("neo4j").read_text()[-3000:]
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield server
    finally:
        server.processes.stop("neo4j", 20)


async def available(driver, database=DATABASE):
    async with asyncio.timeout(120):
        while True:
            try:
                return await driver.execute_query("RETURN 1 AS one", database_=database)
            except ServiceUnavailable:
                await asyncio.sleep(0.2)
            except Exception as error:
                if "DatabaseUnavailable" not in str(error):
                    raise
                await asyncio.sleep(0.2)


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s"])
async def test_tls_with_an_authority_of_one_s_own_and_another_database(server, scheme):
    async with connect(server.settings_for(scheme)) as driver:
        assert (await available(driver)).records[0]["one"] == 1
        names = await driver.execute_query("CALL db.info() YIELD name", database_=DATABASE)
        assert names.records[0]["name"] == DATABASE


async def test_another_authority_is_not_trusted(server, tmp_path):
    other = Authority(tmp_path, "other")
    for ca in ("", str(other.file)):
        async with connect(server.settings_for("bolt+s", neo4j_ca=ca)) as driver:
            with pytest.raises(ServiceUnavailable, match="CertVerification"):
                await driver.verify_connectivity()
        found = await graph.examine(server.settings_for("bolt+s", neo4j_ca=ca))
        assert "TRIPLEWIRE_NEO4J_CA" in found[0].advice


async def test_the_sink_s_constraints_and_reading_commands_use_their_own_users(server, monkeypatch):
    """`graph schema` writes as the user; commands that read use the reader alone."""
    async with connect(server.settings_for("bolt+s")) as driver:
        await available(driver)
        await driver.execute_query(
            "CREATE USER reader IF NOT EXISTS SET PLAINTEXT PASSWORD $password SET PASSWORD CHANGE NOT REQUIRED",
            password=READERS,
            database_="system",
        )
    given = server.settings_for("neo4j+s")
    for name in ("neo4j", "neo4j_ca", "neo4j_database"):
        monkeypatch.setenv(f"TRIPLEWIRE_{name.upper()}", str(getattr(given, name)))
    monkeypatch.setenv("TRIPLEWIRE_NEO4J_READER_USER", "reader")

    async def run(user, reader, *command):
        monkeypatch.setenv("TRIPLEWIRE_NEO4J_PASSWORD", user)
        monkeypatch.setenv("TRIPLEWIRE_NEO4J_READER_PASSWORD", reader)
        settings.cache_clear()
        return await asyncio.to_thread(CliRunner().invoke, app, ["graph", *command])

    try:
        assert (await run(PASSWORD, "wrong", "schema")).exit_code == 0
        assert (await run("wrong", READERS, "stats")).exit_code == 0
        refused = await run(PASSWORD, "wrong", "stats")
        assert refused.exit_code == 1
        assert "TRIPLEWIRE_NEO4J_READER_PASSWORD" in refused.output
    finally:
        settings.cache_clear()


async def test_a_wrong_password_is_refused_at_once(server):
    async with connect(server.settings_for("bolt+s", neo4j_password="wrong")) as driver:
        with pytest.raises(AuthError):
            await driver.execute_query("RETURN 1", database_=DATABASE)


async def test_connections_that_a_load_balancer_forgot_are_noticed_before_use(server):
    proxy = CuttingProxy(server.ports["Bolt"])
    await proxy.start()
    try:
        declared = server.settings_for("bolt+s", neo4j=f"bolt+s://localhost:{proxy.port}", neo4j_liveness=0.05)
        async with connect(declared) as driver:
            await available(driver)
            # Several connections in the pool, all of them forgotten.
            await asyncio.gather(*(driver.execute_query("RETURN 1", database_=DATABASE) for _ in range(3)))
            before = proxy.accepted
            proxy.cut()
            await asyncio.sleep(2 * declared.neo4j_liveness)
            start = time.monotonic()
            async with asyncio.timeout(50):
                await driver.execute_query("RETURN 1", database_=DATABASE)
            took = time.monotonic() - start
        assert proxy.accepted == before + 1
        assert took < LIVENESS_SECONDS * (before + 1) + 2
    finally:
        await proxy.stop()


async def test_the_driver_alone_would_wait_for_all_of_its_time(server, monkeypatch):
    """Why the check has a deadline of its own; if this fails after an update of the driver, that deadline can go."""
    proxy = CuttingProxy(server.ports["Bolt"])
    await proxy.start()
    try:
        declared = server.settings_for("bolt+s", neo4j=f"bolt+s://localhost:{proxy.port}", neo4j_liveness=0.05)
        async with connect(declared) as driver:
            await available(driver)
            monkeypatch.setattr(_pool, "connection_deadline", _pool.connection_deadline.__wrapped__)
            proxy.cut()
            await asyncio.sleep(2 * declared.neo4j_liveness)
            start = time.monotonic()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(5 * LIVENESS_SECONDS):
                    await driver.execute_query("RETURN 1", database_=DATABASE)
            assert time.monotonic() - start > 4 * LIVENESS_SECONDS
    finally:
        await proxy.stop()
