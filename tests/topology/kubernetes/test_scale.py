"""How workers are scaled, and how many may be away at once."""

import pytest

from tests.topology.deployment import READ_BY
from tests.topology.kubernetes.manifests import CASES, LAYERS, WORKERS, container, declared, find, pod
from topology.topics import TOPICS, most_workers

ALONE = ("entities", "feeds", "alerts", "corrections")


def test_what_may_be_scaled_is_scaled_by_lag():
    scaled = {m["metadata"]["name"] for m in LAYERS["base"] if m["kind"] == "ScaledObject"}
    # One registry is at work, whatever the lag, one worker asks the feeds, one looks out for what is watched,
    # and one passes corrections on.
    assert scaled == set(WORKERS) - set(ALONE)
    for worker in ALONE:
        assert most_workers(worker) == 1
        assert find("base", "Deployment", worker)["spec"]["replicas"] == 1


@pytest.mark.parametrize(("layer", "worker"), [case for case in CASES if case[1] not in ALONE])
def test_a_worker_is_scaled_by_its_group_s_lag_and_never_past_the_partitions(layer, worker):
    topic = READ_BY[worker]
    spec = find(layer, "ScaledObject", worker)["spec"]
    (trigger,) = spec["triggers"]
    metadata = trigger["metadata"]
    assert trigger["type"] == "kafka"
    assert (metadata["topic"], metadata["consumerGroup"]) == (topic.name, f"triplewire-{worker}")
    assert metadata["consumerGroup"] in next(t for t in TOPICS if t.name == topic.name).groups
    assert metadata["bootstrapServersFromEnv"] in declared(layer)
    assert spec["scaleTargetRef"] == {"name": worker, "envSourceContainerName": container(layer, worker)["name"]}
    # More than two sinks only fight for the graph: docs/operations.md, Scale.
    assert spec["maxReplicaCount"] == (2 if worker == "sink" else topic.partitions)
    assert 1 == spec["minReplicaCount"] <= spec["maxReplicaCount"] <= topic.partitions
    assert all(isinstance(value, str) for value in metadata.values())
    # Whoever sets `replicas` too would undo the scaling at every apply.
    assert "replicas" not in find(layer, "Deployment", worker)["spec"]


def test_keda_s_credentials_are_referred_to():
    authentication = find("example", "TriggerAuthentication", "kafka")
    assert {one["name"] for one in authentication["spec"]["secretTargetRef"]} == {"triplewire-kafka-keda"}
    for worker in set(WORKERS) - set(ALONE):
        (trigger,) = find("example", "ScaledObject", worker)["spec"]["triggers"]
        assert trigger["authenticationRef"] == {"name": authentication["metadata"]["name"]}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", [*WORKERS, "triton", "serve"])
def test_each_deployment_has_a_disruption_budget_that_lets_nodes_be_drained(layer, name):
    labels = pod(layer, name)["metadata"]["labels"]
    deployment, budget = find(layer, "Deployment", name)["spec"], find(layer, "PodDisruptionBudget", name)["spec"]
    assert deployment["selector"]["matchLabels"].items() <= labels.items()
    assert budget["selector"] == deployment["selector"]
    assert budget["maxUnavailable"] == 1
