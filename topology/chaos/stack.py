"""The embedded stack with proxies: workers reach each server through a port that can be cut off."""

import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from pydantic import SecretStr

from topology.local.kafka import Kafka
from topology.local.keeper import LONGEST_PAUSE
from topology.local.service import Service
from topology.local.stack import KEEPER, NAMES, LocalStack, ServiceState, StackProgress
from topology.settings import Settings

LISTENER = "PROXIED"
PROXY_PORTS = {"kafka": 3001, "triton": 3002, "neo4j": 3003}
"""Ports above the port base where the proxies listen."""

BEHIND = 3004
"""Port above the port base of Kafka's second listener, which the proxy passes connections to."""


class ProxiedKafka(Kafka):
    """Kafka with a second listener that advertises the proxy: a broker names the address of all further connections."""

    name: ClassVar[str] = "kafka"

    @property
    def ports(self) -> dict[str, int]:
        """Also the second listener's port."""
        return {**super().ports, "behind the proxy": self.settings.port_base + BEHIND}

    def _properties(self) -> dict[str, str | int]:
        properties = super()._properties()
        added = {
            "listeners": f"{LISTENER}://127.0.0.1:{self.settings.port_base + BEHIND}",
            "advertised.listeners": f"{LISTENER}://127.0.0.1:{self.settings.port_base + PROXY_PORTS['kafka']}",
            "listener.security.protocol.map": f"{LISTENER}:PLAINTEXT",
        }
        plain = {"listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"}
        return properties | {name: f"{properties.get(name, plain.get(name))},{more}" for name, more in added.items()}


class ChaosStack(LocalStack):
    """A stack of its own, whose keeper knows the proxied Kafka."""

    def __init__(self, settings: Settings, longest_pause: float = LONGEST_PAUSE) -> None:
        """Starts nothing yet.

        Args:
            settings: For state, cache, ports and models.
            longest_pause: Seconds before the keeper starts again what keeps dying, at most.
        """
        super().__init__(settings)
        self._longest_pause = longest_pause
        self.services: dict[str, Service] = self.services | {"kafka": ProxiedKafka(settings)}

    def up(self, names: Iterable[str] = NAMES, report: StackProgress = lambda *_: None) -> list[ServiceState]:
        """As `LocalStack.up`, with the keeper of `topology.chaos.keeper`."""
        states = super().up(names, report)
        self.stop_process(KEEPER)
        argv = [sys.executable, "-m", "topology.chaos.keeper", str(self._longest_pause)]
        self.start_process(KEEPER, argv, wanted=False)
        return states

    @property
    def routes(self) -> dict[str, tuple[int, int]]:
        """By server: the proxy's port, and the port behind it."""
        embedded, base = self.settings.embedded, self.settings.port_base
        behind = {"kafka": base + BEHIND, "triton": embedded.triton["gRPC"], "neo4j": embedded.neo4j["Bolt"]}
        return {name: (base + PROXY_PORTS[name], port) for name, port in behind.items()}

    @property
    def worker_variables(self) -> dict[str, str]:
        """The settings that make a worker use the proxies."""
        ports = {name: port for name, (port, _) in self.routes.items()}
        return {
            "TRIPLEWIRE_KAFKA": f"127.0.0.1:{ports['kafka']}",
            "TRIPLEWIRE_TRITON": f"127.0.0.1:{ports['triton']}",
            "TRIPLEWIRE_NEO4J": f"bolt://127.0.0.1:{ports['neo4j']}",
            "TRIPLEWIRE_NEO4J_PASSWORD": self.settings.neo4j_password.get_secret_value(),
        }


def own_settings(state: Path, cache: Path, port_base: int, **others: object) -> Settings:
    """Returns the settings of a stack whose addresses come from nowhere else, neither the environment nor `.env`.

    Args:
        state: Its folder.
        cache: Folder of the downloads.
        port_base: Base of its ports.
        others: Further settings.
    """
    fields: dict[str, object] = {
        "state": state,
        "cache": cache,
        "port_base": port_base,
        "neo4j_password": SecretStr(secrets.token_urlsafe(16)),
        # Small batches, so that a death always finds some done, some begun and some waiting.
        "batch_size": 8,
        "sink_batch": 32,
        **others,
    }
    ports = Settings(port_base=port_base).embedded
    addresses = {"kafka": ports.kafka_address, "triton": ports.triton_address, "neo4j": ports.neo4j_address}
    return Settings(_env_file=None, **fields, **addresses)  # type: ignore[arg-type]
