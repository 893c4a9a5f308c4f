"""As much of kustomize as topology/kubernetes uses: what `kubectl kustomize` would print, as dictionaries.

Whatever else a kustomization says is an error, so that nothing is silently left out. The names of generated config maps
stay without their hash.
"""

import copy
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]

KNOWN = {"apiVersion", "kind", "namespace", "resources", "images", "labels", "patches", "configMapGenerator"}
MERGED_BY = {
    "containers": "name",
    "env": "name",
    "volumes": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
}
"""The key by which a list of Kubernetes is merged; any other list is replaced."""


def build(folder: Path) -> list[Manifest]:
    """Returns the manifests of a base or an overlay."""
    said = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    if strange := said.keys() - KNOWN:
        raise ValueError(f"{folder}: this resolver does not know {sorted(strange)}")
    manifests = [manifest for name in said["resources"] for manifest in _load((folder / name).resolve())]
    for generator in said.get("configMapGenerator", ()):
        _generate(manifests, generator)
    for patch in said.get("patches", ()):
        _patch(manifests, patch, folder)
    for label in said.get("labels", ()):
        _label(manifests, label)
    for manifest in manifests:
        _rename(manifest, said.get("images", ()))
        if "namespace" in said and manifest["kind"] != "Namespace":
            manifest["metadata"]["namespace"] = said["namespace"]
    return manifests


def pods(manifest: Manifest) -> Manifest | None:
    """Returns the pod template of a manifest, if it has one."""
    template: Manifest | None = manifest.get("spec", {}).get("template")
    return template


def _load(path: Path) -> list[Manifest]:
    if path.is_dir():
        return build(path)
    return [manifest for manifest in yaml.safe_load_all(path.read_text(encoding="utf-8")) if manifest]


def _generate(manifests: list[Manifest], generator: Manifest) -> None:
    assert generator.keys() <= {"name", "literals", "behavior"}, generator
    data = dict(literal.split("=", 1) for literal in generator["literals"])
    there = [m for m in manifests if m["kind"] == "ConfigMap" and m["metadata"]["name"] == generator["name"]]
    behavior = generator.get("behavior", "create")
    assert bool(there) is (behavior == "merge"), f"{generator['name']}: {behavior}"
    if there:
        there[0]["data"].update(data)
        return
    manifests.append(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator["name"]}, "data": data}
    )  # fmt: skip


def _patch(manifests: list[Manifest], patch: Manifest, folder: Path) -> None:
    assert patch.keys() <= {"path", "patch", "target"}, patch
    text = (folder / patch["path"]).read_text(encoding="utf-8") if "path" in patch else patch["patch"]
    change = yaml.safe_load(text)
    chosen = [manifest for manifest in manifests if _is_target(manifest, patch["target"])]
    assert chosen, f"no manifest is {patch['target']}"
    for manifest in chosen:
        if isinstance(change, list):
            for operation in change:
                _operate(manifest, operation)
        else:
            names = {key: manifest[key] for key in ("apiVersion", "kind")}, manifest["metadata"]["name"]
            merged = _merge(manifest, copy.deepcopy(change))
            manifest.update(merged)
            manifest.update(names[0])
            manifest["metadata"]["name"] = names[1]


def _is_target(manifest: Manifest, target: Manifest) -> bool:
    assert target.keys() <= {"kind", "name", "labelSelector"}, target
    key, _, value = target.get("labelSelector", "=").partition("=")
    return (
        manifest["kind"] == target["kind"]
        and target.get("name") in {None, manifest["metadata"]["name"]}
        and (not key or manifest["metadata"].get("labels", {}).get(key) == value)
    )


def _merge(old: Any, new: Any, within: str = "") -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merge(old[key], value, key) if key in old else value for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list) and within in MERGED_BY:
        by = MERGED_BY[within]
        changes = {part[by]: part for part in new}
        kept = [_merge(part, changes.pop(part[by])) if part[by] in changes else part for part in old]
        return kept + list(changes.values())
    return new


def _operate(manifest: Manifest, operation: Manifest) -> None:
    """Carries out an operation of RFC 6902."""
    assert operation["op"] in {"add", "replace"}, operation
    *way, last = (part.replace("~1", "/").replace("~0", "~") for part in operation["path"].strip("/").split("/"))
    place: Any = manifest
    for part in way:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if operation["op"] == "replace":
        assert last in place, operation["path"]
    place[last] = operation["value"]


def _label(manifests: list[Manifest], label: Manifest) -> None:
    assert label.keys() == {"pairs", "includeTemplates"}, label
    assert label["includeTemplates"]
    for manifest in manifests:
        manifest["metadata"].setdefault("labels", {}).update(label["pairs"])
        if template := pods(manifest):
            template["metadata"].setdefault("labels", {}).update(label["pairs"])


def _rename(manifest: Manifest, images: Any) -> None:
    template = pods(manifest)
    for container in template["spec"]["containers"] if template else ():
        name, _, tag = container["image"].rpartition(":")
        for image in images:
            assert image.keys() <= {"name", "newName", "newTag"}, image
            if image["name"] == name:
                container["image"] = f"{image.get('newName', name)}:{image.get('newTag', tag)}"
