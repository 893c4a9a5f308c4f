"""No client of Kafka or Triton is made without the options of the settings: proved by reading every source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("streams", "inference", "topology")
CLIENTS = {
    "AIOKafkaConsumer": {"client_options", "embedded_options"},
    "AIOKafkaProducer": {"client_options", "embedded_options"},
    "AIOKafkaAdminClient": {"client_options", "embedded_options"},
    "AIOKafkaClient": {"client_options", "embedded_options"},
    "InferenceServerClient": {"triton_options"},
}
"""Classes of clients, and the functions one of which must make their options."""

ADMISSION = {
    "bootstrap_servers", "security_protocol", "ssl_context", "sasl_mechanism", "sasl_plain_username",
    "sasl_plain_password", "sasl_oauth_token_provider", "ssl", "root_certificates", "creds",
}  # fmt: skip
"""Options that nobody gives beside those."""

PATCHED = {("streams/road/faust_consumer.py", "AIOKafkaConsumer")}
"""Where a class is named otherwise than to make a client: Faust's workaround, which passes Faust's options on."""

CREDENTIALS = "_credentials"
"""The function of `streams/road/faust_consumer.py` that turns the options into Faust's."""

DRIVERS = ("topology/graph/connection.py", "topology/local/neo4j.py")
"""Where Neo4j's drivers are made: from the settings, and for the embedded server's own check."""


def sources():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def name_of(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def annotations(tree):
    """Returns the nodes of annotations, where classes of clients may be named."""
    found = [getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns")]
    return {id(part) for annotation in found if annotation is not None for part in ast.walk(annotation)}


def made_wrongly(call):
    """Yields what is wrong with a call, if it makes a client."""
    made, of = name_of(call.func), name_of(getattr(call.func, "value", call))
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if made in CLIENTS:
        spread = {name_of(k.value.func) for k in call.keywords if k.arg is None and isinstance(k.value, ast.Call)}
        if not spread & CLIENTS[made]:
            yield f"makes {made} without {' or '.join(sorted(CLIENTS[made]))}"
        if own := ADMISSION & given.keys():
            yield f"gives {made} its own {', '.join(sorted(own))}"
    if (of, made) == ("faust", "App") and name_of(
        getattr(given.get("broker_credentials"), "func", call)
    ) != CREDENTIALS:
        yield "makes Faust's app without credentials"
    if made == "driver" and of.endswith("GraphDatabase"):
        yield "makes a Neo4j driver of its own"


def faults(where, tree):
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        for fault in made_wrongly(call):
            if not ("Neo4j" in fault and where in DRIVERS):
                yield f"{where}:{call.lineno} {fault}"
    fine = annotations(tree) | {id(call.func) for call in calls}
    for node in ast.walk(tree):
        loaded = isinstance(getattr(node, "ctx", None), ast.Load)
        if name_of(node) in CLIENTS and loaded and id(node) not in fine and (where, name_of(node)) not in PATCHED:
            yield f"{where}:{node.lineno} names {name_of(node)} otherwise than to make one"


def test_every_client_is_made_from_the_settings():
    assert [fault for where, tree in sources() for fault in faults(where, tree)] == []


def test_there_are_clients_to_find():
    made = [name_of(n.func) for _, tree in sources() for n in ast.walk(tree) if isinstance(n, ast.Call)]
    assert made.count("AIOKafkaProducer") >= 3
    assert made.count("AIOKafkaAdminClient") >= 5
    assert made.count("InferenceServerClient") >= 2


@pytest.mark.parametrize(
    "line",
    [
        "AIOKafkaProducer(bootstrap_servers=x)",
        "aiokafka.AIOKafkaConsumer(**options)",
        "AIOKafkaConsumer(**client_options(x), security_protocol='PLAINTEXT')",
        "make = AIOKafkaAdminClient",
        "partial(AIOKafkaAdminClient, x)",
        "faust.App('x', broker='kafka://')",
        "triton.InferenceServerClient(url)",
        "AsyncGraphDatabase.driver(x)",
    ],
)
def test_what_would_be_a_fault_is_found(line):
    assert list(faults("streams/x.py", ast.parse(line)))


def test_the_embedded_options_carry_no_secret_and_serve_the_embedded_broker_alone():
    users = [
        where
        for where, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node.func) == "embedded_options"
    ]
    assert set(users) == {"topology/local/kafka.py"}
