"""topology/kubernetes agrees with Kubernetes' own schemas, compose, topics and settings; no cluster is needed."""

import ast
import shlex
from pathlib import Path

import kubernetes_validate
import pytest
import typer.main
from pydantic import SecretStr

from streams.api.app import create_app
from streams.api.readiness import GRAPH_SECONDS
from tests.topology.deployment import ROOT, SERVICES, VERSION, instructions
from tests.topology.kubernetes.manifests import (
    CASES,
    LAYERS,
    PODS,
    WORKERS,
    container,
    declared,
    find,
    own_environment,
    pod,
    reaches,
)
from topology.cli import app
from topology.pages.settings import environment_name
from topology.settings import Settings

OWN = [(layer, m) for layer, manifests in LAYERS.items() for m in manifests if "keda.sh" not in m["apiVersion"]]
FIELDS = {environment_name(field): field for field in Settings.model_fields}
SECRETS = {name for name, field in FIELDS.items() if Settings.model_fields[field].annotation is SecretStr}


@pytest.mark.parametrize("version", ["1.31", str(kubernetes_validate.latest_version())])
@pytest.mark.parametrize(("layer", "manifest"), OWN, ids=lambda one: one if isinstance(one, str) else one["kind"])
def test_every_manifest_is_valid(layer, manifest, version):
    assert layer
    kubernetes_validate.validate(manifest, version, strict=True)


def test_a_misspelt_key_is_not_valid():
    wrong = {**find("base", "Deployment", "news"), "sepc": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.31", strict=True)


@pytest.mark.parametrize("layer", LAYERS)
def test_names_are_unique(layer):
    names = [(m["kind"], m["metadata"]["name"]) for m in LAYERS[layer]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("layer", "name"), PODS)
def test_every_pod_runs_with_little_privilege_and_within_limits(layer, name):
    spec = pod(layer, name)["spec"]
    assert spec["serviceAccountName"] == "triplewire"
    assert spec["automountServiceAccountToken"] is False
    # Kubernetes would add variables such as TRITON_PORT for every service.
    assert spec["enableServiceLinks"] is False
    security = spec["securityContext"]
    assert security["runAsNonRoot"] is True
    assert f"{security['runAsUser']}:{security['runAsGroup']}" == "10001:10001"
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & spec.keys()
    inside = container(layer, name)
    assert inside["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for kind in ("requests", "limits"):
        assert set(inside["resources"][kind]) == {"memory", "cpu", "ephemeral-storage"}
    mounted = {mount["name"]: mount["mountPath"] for mount in inside["volumeMounts"]}
    assert mounted["tmp"] == "/tmp"  # noqa: S108 - in the container
    assert mounted.keys() == {volume["name"] for volume in spec["volumes"]}
    for volume in spec["volumes"]:
        # Written to up to a limit, or a secret that the operator may have made, or a file of settings.
        assert (
            volume.get("emptyDir", {}).get("sizeLimit")
            or "configMap" in volume
            or volume["secret"].get("optional")
            # Without tokens nobody may reach the API, so it does not start.
            or volume["secret"]["secretName"] == "triplewire-serve-tokens"
        )


def test_the_account_has_no_token():
    assert find("base", "ServiceAccount", "triplewire")["automountServiceAccountToken"] is False


def test_the_example_s_namespace_allows_nothing_but_the_restricted():
    namespace = find("example", "Namespace", "triplewire")["metadata"]
    assert namespace["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {m["metadata"].get("namespace") for m in LAYERS["example"] if m["kind"] != "Namespace"} == {"triplewire"}


@pytest.mark.parametrize(("layer", "worker"), CASES)
def test_probes_ask_each_for_its_own_and_on_the_worker_s_port(layer, worker):
    inside = container(layer, worker)
    (port,) = [one for one in inside["ports"] if one["name"] == "metrics"]
    assert str(port["containerPort"]) == declared(layer)["TRIPLEWIRE_METRICS_PORT"]
    assert pod(layer, worker)["metadata"]["annotations"]["prometheus.io/port"] == str(port["containerPort"])
    asked = {name: inside[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    # What it waits for must not restart it, and must keep it from being called ready.
    assert asked == {
        "startup": {"path": "/health/live", "port": "metrics"},
        "liveness": {"path": "/health/live", "port": "metrics"},
        "readiness": {"path": "/health", "port": "metrics"},
    }
    # `Road.trouble` waits 5 s for the stage.
    assert inside["readinessProbe"]["timeoutSeconds"] > 5
    assert inside["livenessProbe"]["periodSeconds"] * inside["livenessProbe"]["failureThreshold"] >= 120
    assert inside["startupProbe"]["periodSeconds"] * inside["startupProbe"]["failureThreshold"] >= 60


def test_the_paths_of_the_probes_are_served():
    source = (ROOT / "streams" / "road" / "health.py").read_text(encoding="utf-8")
    served = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_get"
    }
    assert {"/health", "/health/live", "/metrics"} <= served


@pytest.mark.parametrize("layer", LAYERS)
def test_triton_is_asked_for_a_real_extraction(layer):
    inside = container(layer, "triton")
    probe = SERVICES["triton-cpu"]["healthcheck"]["test"][1:]
    assert inside["readinessProbe"]["exec"]["command"] == inside["livenessProbe"]["exec"]["command"] == probe
    assert inside["startupProbe"]["httpGet"]["path"] == "/v2/health/ready"
    # Readiness reloads a dead model; only when that does not help, a new server is tried.
    times = {
        name: inside[f"{name}Probe"]["periodSeconds"] * inside[f"{name}Probe"]["failureThreshold"]
        for name in ("readiness", "liveness")
    }
    assert times["liveness"] > 2 * times["readiness"]


def test_there_are_compose_s_workers_and_triton():
    deployments = {m["metadata"]["name"] for m in LAYERS["base"] if m["kind"] == "Deployment"}
    assert deployments == {*WORKERS, "triton", "serve"}
    assert set(WORKERS) == {
        name for name, s in SERVICES.items() if s.get("command", [""])[:2] == ["triplewire", "worker"]
    }


@pytest.mark.parametrize("name", [*WORKERS, "setup", "serve"])
def test_a_worker_runs_as_in_compose(name):
    service, inside = SERVICES[name], container("base", name)
    assert (inside["command"], inside["image"]) == (service["command"], service["image"])
    limits = service["deploy"]["resources"]["limits"]
    memory = limits["memory"].replace("g", "Gi").replace("m", "Mi")
    assert (inside["resources"]["limits"]["memory"], inside["resources"]["limits"]["cpu"]) == (memory, limits["cpus"])
    (size,) = (mount.split("size=")[1].split(",")[0] for mount in service["tmpfs"])
    (tmp,) = [v for v in pod("base", name)["spec"]["volumes"] if v["name"] == "tmp"]
    assert tmp["emptyDir"]["sizeLimit"] == size.replace("g", "Gi").replace("m", "Mi")
    grace = f"{pod('base', name)['spec'].get('terminationGracePeriodSeconds', 30)}s"
    assert grace == service["stop_grace_period"]
    ours = {**declared("base"), **own_environment("base", name)}
    addresses = {"TRIPLEWIRE_KAFKA", "TRIPLEWIRE_NEO4J", "TRIPLEWIRE_SERVE_TOKENS", *SECRETS}
    theirs = {key: value for key, value in service["environment"].items() if key.startswith("TRIPLEWIRE_")}
    same = theirs.keys() - addresses
    assert {key: ours[key] for key in same} == {key: theirs[key] for key in same}


def test_triton_runs_as_in_compose_with_the_models_inside():
    service, inside = SERVICES["triton-cpu"], container("base", "triton")
    limits = service["deploy"]["resources"]["limits"]
    assert inside["resources"]["limits"]["memory"] == limits["memory"].replace("g", "Gi")
    assert inside["resources"]["limits"]["cpu"] == limits["cpus"]
    volumes = {v["name"]: v.get("emptyDir") for v in pod("base", "triton")["spec"]["volumes"]}
    assert volumes["shm"] == {"medium": "Memory", "sizeLimit": service["shm_size"].replace("g", "Gi")}
    dockerfile = instructions("topology/docker/triton-models.Dockerfile")
    assert ("ARG", f"TRITON={service['image']}") in dockerfile
    assert ("COPY", "triton_models /models") in dockerfile
    assert inside["image"] == f"triplewire-triton-models:{VERSION}"
    (port,) = find("base", "Service", "triton")["spec"]["ports"]
    assert declared("base")["TRIPLEWIRE_TRITON"] == f"triton:{port['port']}"
    assert {"name": port["targetPort"], "containerPort": port["port"]} in inside["ports"]


@pytest.mark.parametrize("layer", LAYERS)
def test_every_image_has_this_version(layer):
    images = {container(of, name)["image"] for of, name in PODS if of == layer}
    assert {image.rpartition(":")[2] for image in images} == {VERSION}
    assert all(image.startswith("registry.example.org/") for image in images) is (layer == "example")


@pytest.mark.parametrize("layer", LAYERS)
def test_the_api_is_probed_where_it_answers_and_admits_by_a_secret(layer):
    inside, declares = container(layer, "serve"), own_environment(layer, "serve")
    (port,) = inside["ports"]
    assert str(port["containerPort"]) == declares["TRIPLEWIRE_SERVE_PORT"]
    (service,) = find(layer, "Service", "serve")["spec"]["ports"]
    assert (service["targetPort"], service["port"]) == (port["name"], port["containerPort"])
    asked = {name: inside[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {probe["port"] for probe in asked.values()} == {port["name"]}
    assert {name: probe["path"] for name, probe in asked.items()} == {
        "startup": "/health/live",
        "liveness": "/health/live",
        "readiness": "/health",
    }
    assert {probe["path"] for probe in asked.values()} <= create_app(Settings()).openapi()["paths"].keys()
    assert inside["readinessProbe"]["timeoutSeconds"] > GRAPH_SECONDS
    (tokens,) = [v for v in pod(layer, "serve")["spec"]["volumes"] if v["name"] == "tokens"]
    assert tokens["secret"]["secretName"] == "triplewire-serve-tokens"
    (mount,) = [m for m in inside["volumeMounts"] if m["name"] == "tokens"]
    assert (str(Path(declares["TRIPLEWIRE_SERVE_TOKENS"]).parent), True) == (mount["mountPath"], mount["readOnly"])


@pytest.mark.parametrize("name", [*WORKERS, "setup", "serve"])
def test_every_command_is_one_of_the_command_line(name):
    words = container("base", name)["command"]
    text = words[-1] if words[0] == "sh" else shlex.join(words)
    for call in text.split("&&"):
        command, rest = typer.main.get_command(app), shlex.split(call)[1:]
        while hasattr(command, "commands"):
            command, rest = command.commands[rest[0]], rest[1:]
        with command.make_context(command.name, list(rest)):
            pass


@pytest.mark.parametrize(("layer", "name"), PODS)
def test_every_setting_is_real_and_takes_its_value(layer, name, monkeypatch, tmp_path):
    environment = {**declared(layer), **own_environment(layer, name)}
    assert environment.keys() <= FIELDS.keys()
    monkeypatch.chdir(tmp_path)
    for key, value in environment.items():
        if value is not None:
            monkeypatch.setenv(key, value)
    made = Settings()
    mounted = {mount["mountPath"] for mount in container(layer, name)["volumeMounts"] if mount.get("readOnly")}
    files = {getattr(made, field) for field in Settings.model_fields if field.endswith(("_ca", "_certificate", "_key"))}
    if name != "triton":
        assert {str(Path(file).parent) for file in files if file} <= mounted
    state = Path(declared(layer)["TRIPLEWIRE_STATE"])
    mounts = {Path(mount["mountPath"]) for mount in container(layer, name)["volumeMounts"]}
    assert mounts & set(state.parents), "the state must lie where it can be written"


@pytest.mark.parametrize(("layer", "name"), PODS)
def test_secrets_are_only_named(layer, name):
    assert not [m for m in LAYERS[layer] if m["kind"] == "Secret"]
    assert not SECRETS & declared(layer).keys()
    for variable in container(layer, name).get("env", ()):
        if variable["name"] in SECRETS:
            assert variable.keys() == {"name", "valueFrom"}
            assert set(variable["valueFrom"]) == {"secretKeyRef"}


@pytest.mark.parametrize(("layer", "worker"), CASES)
def test_only_who_reaches_the_graph_has_its_password(layer, worker):
    assert ("TRIPLEWIRE_NEO4J_PASSWORD" in own_environment(layer, worker)) is ("neo4j" in reaches(layer, worker))


@pytest.mark.parametrize("name", [*WORKERS, "setup"])
def test_each_may_have_a_kafka_user_of_its_own(name):
    sources = container("base", name)["envFrom"]
    assert sources == [
        {"configMapRef": {"name": "triplewire-settings"}},
        {"secretRef": {"name": "triplewire-kafka", "optional": True}},
        {"secretRef": {"name": f"triplewire-kafka-{name}", "optional": True}},
    ]


def test_operators_read_of_every_secret():
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for secret in ("triplewire-serve-tokens", "triplewire-neo4j-reader"):
        assert f"`{secret}`" in page, secret
    for secret in ("triplewire-neo4j", "triplewire-kafka", "triplewire-kafka-keda", "triplewire-certificates"):
        assert f"`{secret}`" in page or f"generic {secret} " in page, secret
