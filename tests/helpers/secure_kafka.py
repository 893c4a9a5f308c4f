"""The embedded Kafka with TLS, every login that we support, and an authoriser: what managed services offer.

It has three listeners: SASL_SSL (PLAIN, SCRAM, OAUTHBEARER), SSL (mutual TLS) and a plain one for the broker itself.
Nobody may do anything at first; `grant` adds rights.
"""

import base64
import json
import socket
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from tests.helpers.certificates import Authority
from tests.helpers.embedded import CACHE, free_port_base
from topology.access.kafka import client_options
from topology.local import artifacts, java, ports
from topology.local.kafka import Kafka
from topology.local.processes import Processes
from topology.rights import OPERATIONS, Acl
from topology.settings import Settings, settings

ADMIN = "admin"
STRANGER = "stranger"
TOKENS = "tokens"
"""The user that the token endpoint's tokens name."""

PASSWORD = "secret-of-{}"
_LOGIN = "org.apache.kafka.common.security"
_KINDS = {"topic": 2, "group": 3, "cluster": 4}
_LITERAL, _PREFIXED, _ALLOW = 3, 4, 3


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SecureKafka(Kafka):
    """A broker of a test's own.

    Args:
        folder: Where its data and certificates go.
        users: Users with a password, besides the administrator.
    """

    def __init__(self, folder: Path, users: Iterable[str]) -> None:
        super().__init__(Settings(state=folder / "state", cache=CACHE, port_base=free_port_base()))
        self.users = (ADMIN, *users)
        self.authority = Authority(folder / "certificates")
        self.server = self.authority.pair("broker")
        self.mutual, self.internal = free_port(), free_port()
        self.processes = Processes(self.settings.state)

    @property
    def mutual_address(self) -> str:
        return f"127.0.0.1:{self.mutual}"

    def start(self) -> None:
        self.prepare(lambda *_: None)
        self.launch(self.processes)
        deadline = time.monotonic() + self.patience
        while not all(map(ports.answers, (self.ports["broker"], self.mutual))):
            assert self.processes.alive(self.name), self.processes.log(self.name).read_text()[-3000:]
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def stop(self) -> None:
        self.processes.stop(self.name, self.grace)

    def launch(self, processes: Processes) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        config = self.data / "server.properties"
        config.write_text("".join(f"{key}={value}\n" for key, value in self._properties().items()))
        jars = [artifacts.fetch("kafka", self.settings.cache)]
        logins = [
            f"--add-scram={mechanism}=[name={user},iterations=4096,password={PASSWORD.format(user)}]"
            for user in self.users
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
        ]
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        arguments = ("format", "--standalone", f"--cluster-id={cluster}", "-c", str(config), *logins)
        java.run(java.command("128m", jars, "kafka.tools.StorageTool", *arguments, options=[java.SHORT]), "formatting")
        argv = java.command("512m", jars, "kafka.Kafka", str(config), options=["-XX:+UseSerialGC"])
        processes.start(self.name, argv)

    def _properties(self) -> dict[str, str | int]:
        broker, controller = self.address, f"127.0.0.1:{self.ports['controller']}"
        listeners = (
            f"LOGIN://{broker},MUTUAL://{self.mutual_address},INTERNAL://127.0.0.1:{self.internal},"
            f"CONTROLLER://{controller}"
        )
        plain = " ".join(f'user_{user}="{PASSWORD.format(user)}"' for user in self.users)
        at = "listener.name.login"
        return super()._properties() | {
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "LOGIN:SASL_SSL,MUTUAL:SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "INTERNAL",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.server.both),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority.file),
            "listener.name.mutual.ssl.client.auth": "required",
            "ssl.principal.mapping.rules": "RULE:^CN=([^,]*).*$/$1/,DEFAULT",
            f"{at}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
            f"{at}.plain.sasl.jaas.config": f"{_LOGIN}.plain.PlainLoginModule required {plain};",
            f"{at}.scram-sha-256.sasl.jaas.config": f"{_LOGIN}.scram.ScramLoginModule required;",
            f"{at}.scram-sha-512.sasl.jaas.config": f"{_LOGIN}.scram.ScramLoginModule required;",
            f"{at}.oauthbearer.sasl.jaas.config": f"{_LOGIN}.oauthbearer.OAuthBearerLoginModule required "
            'unsecuredLoginStringClaim_sub="broker";',
            f"{at}.oauthbearer.connections.max.reauth.ms": 3_600_000,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{ADMIN};User:ANONYMOUS",
            "allow.everyone.if.no.acl.found": "false",
        }

    def settings_of(self, user: str, mechanism: str = "SCRAM-SHA-512", **more: object) -> Settings:
        """Returns the settings of a client that logs in as a user."""
        return Settings(**{**self.variables(user, mechanism), "state": self.settings.state, **more})

    def variables(self, user: str, mechanism: str = "SCRAM-SHA-512") -> dict[str, str]:
        """Returns those settings that differ from the defaults, by name."""
        return {
            "kafka": self.address,
            "kafka_security_protocol": "SASL_SSL",
            "kafka_ca": str(self.authority.file),
            "kafka_sasl_mechanism": mechanism,
            "kafka_user": user,
            "kafka_password": PASSWORD.format(user),
        }

    async def grant(self, user: str, acls: Iterable[Acl]) -> None:
        """Gives a user rights, as the administrator."""
        admin = AIOKafkaAdminClient(**client_options(self.address, self.settings_of(ADMIN)))
        await admin.start()
        try:
            for acl in acls:
                pattern = _PREFIXED if acl.name.endswith("*") else _LITERAL
                kind, operation = _KINDS[acl.kind], OPERATIONS[acl.operation]
                name = acl.name.rstrip("*")
                request = CreateAclsRequest(kind, name, pattern, f"User:{user}", "*", operation, _ALLOW)
                answer = await admin._send_to_controller(request)
                for code, message in answer.creation_responses:
                    assert not code, message
        finally:
            with suppress(OSError):
                await admin.close()


class using:  # noqa: N801 - reads as a verb
    """Makes these the settings of this process."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._patch = pytest.MonkeyPatch()
        self._variables = variables

    def __enter__(self) -> Settings:
        for name, value in self._variables.items():
            self._patch.setenv(f"TRIPLEWIRE_{name.upper()}", str(value))
        settings.cache_clear()
        return settings()

    def __exit__(self, *_: object) -> None:
        self._patch.undo()
        settings.cache_clear()


def unsigned_token(user: str, seconds: float) -> str:
    """Returns a token that Kafka's development validator accepts for a user."""

    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    now = time.time()
    return f"{part({'alg': 'none'})}.{part({'sub': user, 'iat': int(now), 'exp': int(now + seconds)})}."
