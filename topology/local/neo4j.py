"""The embedded Neo4j: Community Edition with its Browser page and neosemantics (n10s)."""

import logging
import os
import secrets
import shutil
import zipfile
from pathlib import Path
from typing import ClassVar

from topology.local import artifacts, java, ports
from topology.local.artifacts import Progress
from topology.local.processes import Processes
from topology.local.secret_file import write_secret
from topology.local.service import Service
from topology.settings import settings


class Neo4j(Service):
    """Neo4j on loopback. Its password is the settings', or made up, at the first start; kept in the state."""

    name: ClassVar[str] = "neo4j"

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
        """Sets the password if that was never done, and starts the server."""
        conf, plugins = self.data / "conf", self.data / "plugins"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "neo4j.conf").write_text("".join(f"{key}={value}\n" for key, value in self._configuration().items()))
        lib = artifacts.fetch("neo4j", self.settings.cache)
        fetched = artifacts.fetch("plugins", self.settings.cache)
        _declare(fetched, plugins)
        if not password_file(self.settings.state).exists():
            self._set_password(lib)
        home = (f"--home-dir={self.data}", f"--config-dir={conf}")
        # Plugins after Neo4j's own libraries: n10s carries older ones of the same name.
        main = "org.neo4j.server.CommunityEntryPoint"
        processes.start(self.name, java.command("512m", [lib, fetched], main, *home))

    def problem(self) -> str:
        """Runs a query, and asks whether the Browser page can be had."""
        if not ports.answers(self.ports["Bolt"]):
            return "does not accept connections"
        from neo4j import GraphDatabase  # noqa: PLC0415 - `triplewire --help` must stay quick

        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
        password = password_file(self.settings.state).read_text()
        auth = ("neo4j", password)
        try:
            # No retries: who asks, asks again.
            with GraphDatabase.driver(
                self.address, auth=auth, connection_timeout=3, max_transaction_retry_time=0
            ) as driver:
                driver.execute_query("RETURN 1", database_="neo4j")
        except Exception as error:  # noqa: BLE001 - whatever it is, the server did not answer
            return f"does not answer: {error or type(error).__name__}"
        return "" if ports.answers(self.ports["HTTP"]) else "its Browser page is not there yet"

    def _set_password(self, lib: Path) -> None:
        shutil.rmtree(self.data / "data", ignore_errors=True)
        password = self.settings.neo4j_password.get_secret_value() or secrets.token_urlsafe(16)
        # After "--" a password that begins with "-" is not taken for an option.
        arguments = ("dbms", "set-initial-password", "--", password)
        tool = java.command("128m", [lib], "org.neo4j.cli.AdminTool", *arguments, options=[java.SHORT])
        env = os.environ | {"NEO4J_HOME": str(self.data), "NEO4J_CONF": str(self.data / "conf")}
        java.run(tool, "setting Neo4j's password", env)
        write_secret(password_file(self.settings.state), password)
        settings.cache_clear()  # whoever asks from now on knows the password

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
            # Pages of other sites have no business with the graph.
            "dbms.security.http_access_control_allow_origin": f"http://{http}",
            "dbms.security.procedures.unrestricted": "n10s.*",
            "dbms.usage_report.enabled": "false",
            # Twice this is waited for at every stop, whatever there is to wait for.
            "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
            "server.memory.pagecache.size": "256m",
            # Without this, checkpoints keep logs of two days.
            "db.tx_log.rotation.retention_policy": "256M size",
        }


def _declare(jars: Path, plugins: Path) -> None:
    """Fills the folder in which Neo4j looks for plugins with what is n10s' own in its jar.

    Neo4j loads every class that it finds there. The jar holds 8,800 of its dependencies besides, which are found on the
    class path when they are needed: so a start takes a fifth less CPU time.
    """
    shutil.rmtree(plugins, ignore_errors=True)
    plugins.mkdir(parents=True)
    for jar in jars.glob("*.jar"):
        with zipfile.ZipFile(jar) as whole, zipfile.ZipFile(plugins / jar.name, "w") as own:
            for name in whole.namelist():
                if name.startswith("n10s/"):
                    own.writestr(name, whole.read(name))


def password_file(state: Path) -> Path:
    """Returns where the embedded Neo4j's password is kept, readable by its owner alone."""
    return state.resolve() / "neo4j" / "password"
