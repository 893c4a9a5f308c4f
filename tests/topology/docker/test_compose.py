"""docker-compose.yml agrees with the code: no engine is needed to know that its names, ports and commands are real."""

import ast
import re
import shlex

import pytest
import typer.main
from typer.core import TyperGroup

from streams.api.app import create_app
from tests.topology.deployment import (
    COMPOSE,
    RAW,
    READ_BY,
    ROOT,
    SERVICES,
    TEXT,
    VERSION,
    instructions,
    interpolate,
    variables,
)
from topology import versions
from topology.access.errors import AccessError
from topology.cli import app
from topology.cli.worker import StageName
from topology.local.neo4j import Neo4j
from topology.pages.settings import environment_name
from topology.settings import Settings

STAGES = ("news", "media", "entities", "sink", "suggestions", "feeds", "alerts", "corrections")
WORKERS = ("setup", *STAGES)
SECRETS = re.compile(r"PASSWORD|AUTH$|SECRET|TOKEN")


def commands() -> list[tuple[str, list[str]]]:
    """Returns (service, words) of every triplewire call in the file."""
    calls = []
    for name, service in SERVICES.items():
        words = service.get("command", [])
        text = words[-1] if words[:1] == ["sh"] else shlex.join(words)
        calls += [(name, shlex.split(part)) for part in text.split("&&") if part.strip().startswith("triplewire")]
    return calls


def listens(service: str) -> set[int]:
    """Returns the ports that a service's image or settings open."""
    environment = SERVICES[service].get("environment", {})
    if service == "kafka":
        return {int(port) for port in re.findall(r":(\d+)", environment["KAFKA_LISTENERS"])}
    if service == "serve":
        return {int(environment["TRIPLEWIRE_SERVE_PORT"])}
    if "build" in SERVICES[service] and service not in WORKERS:
        dockerfile = instructions(SERVICES[service]["build"]["dockerfile"])
        return {int(port) for head, ports in dockerfile if head == "EXPOSE" for port in ports.split()}
    if service in WORKERS:
        return {int(environment["TRIPLEWIRE_METRICS_PORT"])}
    return {"neo4j": {7474, 7687}, "prometheus": {9090}, "grafana": {3000}}[service]


def named(host: str) -> list[str]:
    """Returns the services that answer to a host name."""
    aliases = {name: s.get("networks", {}).get("default", {}).get("aliases", []) for name, s in SERVICES.items()}
    return [name for name in SERVICES if host == name or host in aliases[name]]


def test_the_images_are_those_of_versions_py():
    assert {name: s["image"] for name, s in SERVICES.items()} == {
        "kafka": f"apache/kafka:{versions.KAFKA}",
        "neo4j": f"neo4j:{versions.NEO4J}-community",
        "triton-cpu": f"triplewire-triton-cpu:{VERSION}",
        "triton-gpu": f"triplewire-triton-gpu:{VERSION}",
        **dict.fromkeys(WORKERS, f"triplewire-worker:{VERSION}"),
        "media": f"triplewire-worker-media:{VERSION}",
        "serve": f"triplewire-serve:{VERSION}",
        "prometheus": f"prom/prometheus:{versions.PROMETHEUS}",
        "grafana": f"grafana/grafana:{versions.GRAFANA}",
    }
    assert "latest" not in TEXT


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_runs_with_little_privilege_and_within_limits(service):
    described = SERVICES[service]
    assert described["security_opt"] == ["no-new-privileges:true"]
    assert described["cap_drop"] == ["ALL"]
    assert described["user"].split(":")[0] not in {"", "0", "root"}
    assert set(described["deploy"]["resources"]["limits"]) == {"memory", "cpus"}
    assert described["logging"]["options"]["max-size"]
    assert described["restart"] == ("on-failure:5" if service == "setup" else "unless-stopped")
    # Kafka and Neo4j write their configuration into the image's own folders when they start.
    assert described.get("read_only", False) is (service not in {"kafka", "neo4j"})
    assert not {"privileged", "network_mode", "pid", "cap_add"} & set(described)


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "setup"])
def test_every_service_has_a_health_check_on_a_port_that_it_opens(service):
    check = SERVICES[service]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    ports = {int(port) for port in re.findall(r"(?:127\.0\.0\.1|localhost|kafka):(\d+)", " ".join(check["test"]))}
    assert ports <= listens(service)
    assert ports or service.startswith("triton")


def test_the_workers_health_check_is_python_that_asks_for_health():
    for service in STAGES:
        python, flag, code = SERVICES[service]["healthcheck"]["test"][1:]
        assert (python, flag) == ("python", "-c")
        ast.parse(code)
        assert ":9464/health" in code


def test_the_graph_s_health_check_is_sound_shell():
    check = SERVICES["neo4j"]["healthcheck"]["test"][1]
    words = shlex.split(check)
    assert "--password=${NEO4J_AUTH#neo4j/}" in words
    assert words[-2:] == ["-q", '"errors":\\[\\]']


@pytest.mark.parametrize("call", commands(), ids=lambda call: " ".join(call[1]))
def test_every_command_is_one_of_the_command_line(call):
    command, words = typer.main.get_command(app), call[1][1:]
    while isinstance(command, TyperGroup):
        word, *words = words
        assert word in command.commands, f"`{' '.join(call[1])}`: {command.name} knows {sorted(command.commands)}"
        command = command.commands[word]
    # Parses the arguments as the command would; an unknown option or a missing argument raises.
    with command.make_context(command.name, words):
        pass


def test_every_stage_of_the_command_line_runs_supervised_in_one_service():
    stages = [(words[2], service, words[3:]) for service, words in commands() if words[1] == "worker"]
    assert sorted(stage for stage, _, _ in stages) == sorted(StageName)
    for _, service, options in stages:
        # The command's own supervisor starts a worker again within seconds; Docker starts again what ends it.
        assert options == []
        assert SERVICES[service]["restart"] == "unless-stopped"


def test_no_worker_starts_before_topics_and_constraints_exist():
    creating = [service for service, words in commands() if words[1:] in (["topics", "create"], ["graph", "schema"])]
    (setup,) = set(creating)
    assert len(creating) == 2
    for service, words in commands():
        if words[1] == "worker":
            assert SERVICES[service]["depends_on"][setup]["condition"] == "service_completed_successfully", service


@pytest.mark.parametrize("service", [*WORKERS, "serve"])
def test_every_setting_is_real_and_takes_its_value(service, monkeypatch, tmp_path):
    environment = {k: v for k, v in SERVICES[service]["environment"].items() if k.startswith("TRIPLEWIRE_")}
    fields = {environment_name(field): field for field in Settings.model_fields}
    assert set(environment) <= set(fields)
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    now = Settings()
    assert (now.kafka, now.triton, now.neo4j) == ("kafka:9092", "triton:8001", "bolt://neo4j:7687")
    assert now.neo4j_password.get_secret_value() == "graph-password"


@pytest.mark.parametrize("setting", ["TRIPLEWIRE_KAFKA", "TRIPLEWIRE_TRITON", "TRIPLEWIRE_NEO4J"])
def test_every_address_is_a_service_and_a_port_that_it_opens(setting):
    host, port = SERVICES["news"]["environment"][setting].removeprefix("bolt://").split(":")
    assert named(host)
    for service in named(host):
        assert int(port) in listens(service)


def test_the_two_profiles_are_one_triton_each_under_one_name():
    profiles = {tuple(SERVICES[name]["profiles"]) for name in named("triton")}
    assert profiles == {("cpu",), ("gpu",)}
    assert [name for name, s in SERVICES.items() if "profiles" in s] == [*named("triton"), "serve"]


def test_the_api_runs_if_asked_for_and_takes_its_tokens_from_a_secret():
    serve = SERVICES["serve"]
    assert serve["profiles"] == ["serve"]
    (secret,) = serve["secrets"]
    assert serve["environment"]["TRIPLEWIRE_SERVE_TOKENS"] == f"/run/secrets/{secret}"
    # With a message that is required, Compose would ask for it without the profile too.
    assert RAW["secrets"] == {secret: {"file": "${SERVE_TOKENS:-./tokens.yaml}"}}
    assert serve["build"]["args"] == {"REQUIREMENTS": "serve"}
    code = serve["healthcheck"]["test"][-1]
    ast.parse(code)
    assert f":{serve['environment']['TRIPLEWIRE_SERVE_PORT']}/health'" in code
    with pytest.raises(AccessError, match="TRIPLEWIRE_SERVE_TOKENS"):
        create_app(Settings(serve_host=serve["environment"]["TRIPLEWIRE_SERVE_HOST"]))


@pytest.mark.parametrize("service", STAGES)
def test_there_are_no_more_workers_than_partitions(service):
    assert 1 <= SERVICES[service]["deploy"]["replicas"] <= READ_BY[service].partitions


@pytest.mark.parametrize("service", STAGES)
def test_a_stopping_worker_is_given_the_time_it_takes(service):
    grace = int(SERVICES[service]["stop_grace_period"].removesuffix("s"))
    assert grace > Settings.model_fields["stop_within"].default


def test_kafka_makes_no_topic_by_itself_and_holds_what_the_topics_need():
    environment = SERVICES["kafka"]["environment"]
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    one_copy = [name for name in environment if name.endswith(("REPLICATION_FACTOR", "MIN_ISR"))]
    assert {environment[name] for name in one_copy} == {"1"}
    listeners = re.findall(r"([A-Z]+)://", environment["KAFKA_LISTENERS"])
    assert set(re.findall(r"([A-Z]+):PLAINTEXT", environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"])) == set(listeners)
    assert set(re.findall(r"([A-Z]+)://", environment["KAFKA_ADVERTISED_LISTENERS"])) == set(listeners) - {"CONTROLLER"}
    assert (
        f"INTERNAL://{SERVICES['news']['environment']['TRIPLEWIRE_KAFKA']}" in environment["KAFKA_ADVERTISED_LISTENERS"]
    )


def test_secrets_come_from_the_environment_and_are_required():
    for name, service in RAW["services"].items():
        for key, value in service.get("environment", {}).items():
            if SECRETS.search(key) and key != "TRIPLEWIRE_SERVE_TOKENS":  # the name of a file
                assert re.search(r"\$\{\w+:\?[^}]+\}$", value), f"{name}: {key}"


def test_without_a_password_nothing_starts_and_the_message_says_which():
    with pytest.raises(KeyError, match="set GRAFANA_PASSWORD"):
        interpolate(TEXT, {"NEO4J_PASSWORD": "graph-password"})


def test_the_cpu_profile_asks_for_nothing_of_the_gpu_profile():
    # Compose interpolates the whole file before it looks at profiles.
    assert ":?" not in str(RAW["services"]["triton-gpu"]) + str(RAW["services"]["triton-cpu"])


@pytest.mark.parametrize("service", [name for name, s in SERVICES.items() if "ports" in s])
def test_ports_are_published_on_this_host_only_and_open_inside(service):
    for port in SERVICES[service]["ports"]:
        host, outside, inside = port.split(":")
        assert host == "127.0.0.1"
        assert int(inside) in listens(service)
        assert outside == inside


def test_volumes_are_declared_and_mounted_files_exist_and_are_read_only():
    used = set()
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            if not source.startswith("."):
                used.add(source)
                continue
            assert rest.endswith(":ro"), volume
            assert source.startswith("./.triplewire/") or (ROOT / source).exists(), volume
    assert used == set(COMPOSE["volumes"])


def test_what_a_service_waits_for_can_happen():
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            one_shot = SERVICES[other]["restart"].startswith("on-failure")
            wanted = "service_completed_successfully" if one_shot else "service_healthy"
            assert how["condition"] == wanted, (name, other)
            # A service of another profile does not exist when that profile is off.
            assert how.get("required", True) is ("profiles" not in SERVICES[other])


def test_every_variable_is_explained_to_operators():
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in sorted(variables()) if f"`{name}`" not in page] == []


def mebibytes(size: str) -> int:
    return int(size[:-1]) * {"m": 1, "g": 1024}[size[-1]]


def test_no_transaction_can_fill_the_heap_of_the_graph():
    environment = SERVICES["neo4j"]["environment"]
    heap, whole, one = (
        mebibytes(environment[f"NEO4J_{name}"])
        for name in ("server_memory_heap_max__size", "db_memory_transaction_total_max", "db_memory_transaction_max")
    )
    assert one < whole <= heap / 2
    assert environment["NEO4J_db_transaction_timeout"]
    embedded = Neo4j(Settings())._configuration()
    assert mebibytes(embedded["db.memory.transaction.max"]) < mebibytes(embedded["db.memory.transaction.total.max"])
    assert mebibytes(embedded["db.memory.transaction.total.max"]) <= 512 / 2
    assert embedded["db.transaction.timeout"] == environment["NEO4J_db_transaction_timeout"]
