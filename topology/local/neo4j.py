"""The embedded Neo4j: Community Edition with its Browser page and neosemantics (n10s)."""

import asyncio
import logging
import os
import secrets
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

from topology.local import artifacts, java, ports
from topology.local.artifacts import Progress
from topology.local.processes import Processes
from topology.local.secret_file import write_secret
from topology.local.service import Service
from topology.settings import settings

COLLECTOR = "-XX:+UseParallelGC"
"""With so small a heap it needs a sixth less processor time than Java's own choice (docs/decisions/0078)."""


class Neo4j(Service):
    """Neo4j on loopback. The first start sets its password, from the settings or at random, and stores it."""

    name: ClassVar[str] = "neo4j"
    needs_mib: ClassVar[int] = 1200

    @property
    def ports(self) -> dict[str, int]:
        """HTTP (the Browser page) and Bolt."""
        return self.settings.embedded.neo4j

    @property
    def address(self) -> str:
        """Where drivers connect."""
        return self.settings.embedded.neo4j_address

    @property
    def browser(self) -> str:
        """The Browser page."""
        return f"http://127.0.0.1:{self.ports['HTTP']}/browser/"

    def prepare(self, progress: Progress) -> None:
        """Fetches the jars."""
        for name in ("neo4j", "plugins"):
            artifacts.fetch(name, self.settings.cache, progress)

    def launch(self, processes: Processes) -> None:
        """Sets the password, unless that is done, and starts the server."""
        conf, plugins = self.data / "conf", self.data / "plugins"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "neo4j.conf").write_text("".join(f"{key}={value}\n" for key, value in self._configuration().items()))
        lib = artifacts.fetch("neo4j", self.settings.cache)
        fetched = artifacts.fetch("plugins", self.settings.cache)
        _install_plugins(fetched, plugins)
        if not password_file(self.settings.state).exists():
            self._set_password(lib)
        home = (f"--home-dir={self.data}", f"--config-dir={conf}")
        # Plugins after Neo4j's own libraries: n10s includes older versions of some of them.
        main = "org.neo4j.server.CommunityEntryPoint"
        started = java.command("512m", [lib, fetched], main, *home, options=[COLLECTOR])
        processes.start(self.name, started)

    def problem(self) -> str:
        """Runs a query with a short deadline, and checks that the Browser page is served."""
        if not ports.answers(self.ports["Bolt"]):
            return "does not accept connections"
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
        try:
            # In a separate thread, because the caller may already run an event loop.
            with ThreadPoolExecutor(1) as pool:
                pool.submit(lambda: asyncio.run(asyncio.wait_for(self._query(), self.answers_within))).result()
        except TimeoutError:
            return f"does not answer: no answer within {self.answers_within:g} s"
        except Exception as error:  # noqa: BLE001 - any error means that the server did not answer
            return f"does not answer: {error or type(error).__name__}"
        return "" if ports.answers(self.ports["HTTP"]) else "its Browser page is not served yet"

    async def _query(self) -> None:
        # The driver for asyncio, because only it can be given up: a frozen server accepts connections and says nothing.
        from neo4j import AsyncGraphDatabase  # noqa: PLC0415 - keeps `triplewire --help` fast

        auth = ("neo4j", password_file(self.settings.state).read_text())
        # No retries: the caller repeats the check.
        async with AsyncGraphDatabase.driver(self.address, auth=auth, max_transaction_retry_time=0) as driver:
            await driver.execute_query("RETURN 1", database_="neo4j")

    def _set_password(self, lib: Path) -> None:
        shutil.rmtree(self.data / "data", ignore_errors=True)
        password = self.settings.neo4j_password.get_secret_value() or secrets.token_urlsafe(16)
        # The tool reads arguments from a file too, so that no other user of the machine sees the password in `ps`.
        # After "--", a password that begins with "-" is not taken for an option.
        given = self.data / "arguments"
        write_secret(given, '"{}"\n'.format(password.replace("\\", "\\\\").replace('"', '\\"')))
        arguments = ("dbms", "set-initial-password", "--", f"@{given}")
        tool = java.command("128m", [lib], "org.neo4j.cli.AdminTool", *arguments, options=[java.SHORT])
        env = os.environ | {"NEO4J_HOME": str(self.data), "NEO4J_CONF": str(self.data / "conf")}
        try:
            java.run(tool, "setting Neo4j's password", env)
        finally:
            given.unlink()
        write_secret(password_file(self.settings.state), password)
        settings.cache_clear()  # settings() read from now on has the password

    def _configuration(self) -> dict[str, str]:
        http, bolt = (f"127.0.0.1:{self.ports[port]}" for port in ("HTTP", "Bolt"))
        return {
            "server.default_listen_address": "127.0.0.1",
            "server.directories.data": str(self.data / "data"),
            "server.http.listen_address": http,
            "server.http.advertised_address": http,
            "server.bolt.listen_address": bolt,
            # The Browser page connects to what the server advertises.
            "server.bolt.advertised_address": bolt,
            "server.https.enabled": "false",
            # Web pages of other origins must not query the graph.
            "dbms.security.http_access_control_allow_origin": f"http://{http}",
            "dbms.security.procedures.unrestricted": "n10s.*",
            "dbms.usage_report.enabled": "false",
            # Every stop waits for twice this time, even when idle.
            "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
            "server.memory.pagecache.size": "256m",
            # Less than the heap of 512 MB: a transaction that needs more fails at once. Without a limit it would fill
            # the heap, and the server would collect garbage for minutes instead of answering.
            "db.memory.transaction.total.max": "256m",
            "db.memory.transaction.max": "192m",
            "db.transaction.timeout": "120s",
            # The default keeps transaction logs for two days.
            "db.tx_log.rotation.retention_policy": "256M size",
        }


def _install_plugins(jars: Path, plugins: Path) -> None:
    """Fills Neo4j's plugin folder with only the classes of n10s itself.

    Neo4j loads every class in that folder. The jar also contains 8,800 classes of dependencies, which are found on the
    class path when needed. Leaving them out saves a fifth of the CPU time of a start.
    """
    shutil.rmtree(plugins, ignore_errors=True)
    plugins.mkdir(parents=True)
    for jar in jars.glob("*.jar"):
        with zipfile.ZipFile(jar) as whole, zipfile.ZipFile(plugins / jar.name, "w") as own:
            for name in whole.namelist():
                if name.startswith("n10s/"):
                    own.writestr(name, whole.read(name))


def password_file(state: Path) -> Path:
    """Returns the file with the embedded Neo4j's password; only its owner can read it."""
    return state.resolve() / "neo4j" / "password"
