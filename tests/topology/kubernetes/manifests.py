"""The manifests of topology/kubernetes, and questions about them that several tests ask."""

from typing import Any

from tests.topology.deployment import ROOT
from tests.topology.kubernetes.kustomize import Manifest, build, pods

FOLDER = ROOT / "topology" / "kubernetes"
LAYERS = {"base": build(FOLDER / "base"), "example": build(FOLDER / "overlays" / "example")}
WORKERS = ("news", "media", "entities", "sink", "suggestions", "feeds", "alerts", "corrections")
CASES = [(layer, worker) for layer in LAYERS for worker in WORKERS]
PODS = [(layer, m["metadata"]["name"]) for layer, manifests in LAYERS.items() for m in manifests if pods(m)]


def find(layer: str, kind: str, name: str) -> Manifest:
    """Returns a manifest of a layer."""
    (found,) = [m for m in LAYERS[layer] if (m["kind"], m["metadata"]["name"]) == (kind, name)]
    return found


def pod(layer: str, name: str) -> Manifest:
    """Returns the pod template of the manifest of this name."""
    return pods(next(m for m in LAYERS[layer] if pods(m) and m["metadata"]["name"] == name))


def container(layer: str, name: str) -> Manifest:
    """Returns a pod's only container."""
    (found,) = pod(layer, name)["spec"]["containers"]
    return found


def declared(layer: str) -> dict[str, str]:
    """Returns the settings of a layer."""
    return find(layer, "ConfigMap", "triplewire-settings")["data"]


def own_environment(layer: str, name: str) -> dict[str, Any]:
    """Returns the variables that a container has besides; None for one whose value is a secret's."""
    return {one["name"]: one.get("value") for one in container(layer, name).get("env", ())}


def reaches(layer: str, name: str) -> set[str]:
    """Returns what a pod's labels say that it talks to."""
    prefix = "triplewire/reaches-"
    labels = pod(layer, name)["metadata"]["labels"]
    return {key.removeprefix(prefix) for key, value in labels.items() if key.startswith(prefix) and value == "yes"}
