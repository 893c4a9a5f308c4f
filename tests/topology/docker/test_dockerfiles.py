"""The images are built from what is in the repository, in the versions that topology/versions.py names."""

import re
from fnmatch import fnmatch

import pytest

from tests.topology.deployment import ROOT, SERVICES, instructions
from topology import versions

DOCKERFILES = sorted({s["build"]["dockerfile"] for s in SERVICES.values() if "build" in s})
LEFT_OUT = ("inference/training/", "inference/research/")
"""Of the folders that are copied, what no worker needs; tests/test_rooms.py holds the service to not importing it."""


def sent(dockerfile: str, path: str) -> bool:
    """Returns whether a file reaches the build, by the rules of its .dockerignore: the last match decides."""
    kept = True
    for rule in (ROOT / f"{dockerfile}.dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = rule.removeprefix("!")
        if rule and not rule.startswith("#"):
            matches = [pattern, f"{pattern}/*", pattern.removeprefix("**/"), pattern.replace("**/", "*/")]
            if any(fnmatch(path, p) for p in matches):
                kept = rule.startswith("!")
    return kept


def copied(dockerfile: str) -> list[str]:
    sources = [rest.split()[:-1] for head, rest in instructions(dockerfile) if head == "COPY" and "--from" not in rest]
    return [source.removeprefix("./") for words in sources for source in words]


def shipped(source: str) -> list[str]:
    """Returns the files of a copied file or folder, by path from the root; without compiled modules and weights."""
    path = ROOT / source
    files = [f for f in path.rglob("*") if f.is_file()] if path.is_dir() else [path]
    kept = (f for f in files if "__pycache__" not in f.parts and f.suffix not in {".onnx", ".npz"})
    return [str(f.relative_to(ROOT)) for f in kept]


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_what_is_copied_exists_and_is_sent_to_the_build(dockerfile):
    assert copied(dockerfile)
    for source in copied(dockerfile):
        assert (ROOT / source).exists(), source
        for file in shipped(source):
            assert sent(dockerfile, file) is not file.startswith(LEFT_OUT), file


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
@pytest.mark.parametrize("path", [".git/config", ".env", ".venv/bin/python", ".triplewire/kafka/log", "tests/x.py"])
def test_nothing_else_is_sent(dockerfile, path):
    assert not sent(dockerfile, path)


def test_the_workers_image_holds_the_tokenizer_and_no_weights_and_no_training():
    worker = "topology/docker/worker.Dockerfile"
    assert sent(worker, "triton_models/text_extraction/1/tokenizer.json")
    assert not sent(worker, "triton_models/text_extraction/1/encoder.onnx")
    assert not sent(worker, "inference/training/text/model.py")
    core = (ROOT / "topology/requirements/core.txt").read_text(encoding="utf-8")
    assert not re.search(r"^(torch|transformers|onnxruntime)\b", core, re.MULTILINE)


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_the_last_user_is_not_root_and_is_the_one_compose_names(dockerfile):
    users = [rest for head, rest in instructions(dockerfile) if head == "USER"]
    services = [s for s in SERVICES.values() if s.get("build", {}).get("dockerfile") == dockerfile]
    assert {s["user"] for s in services} == {users[-1]} == {"10001:10001"}


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_base_images_are_pinned(dockerfile):
    bases = [rest.split()[0] for head, rest in instructions(dockerfile) if head == "FROM"]
    for base in bases:
        assert re.fullmatch(rf"python:{re.escape(versions.PYTHON)}\.\d+-slim-bookworm", base) or base.startswith(
            "${TRIPLEWIRE_TRITON_GPU_IMAGE:?"
        )


def test_the_gpu_image_s_message_names_the_release_and_has_no_space():
    # BuildKit splits FROM at spaces before it reads the message.
    base = next(rest for head, rest in instructions("topology/docker/triton-gpu.Dockerfile") if head == "FROM")
    assert " " not in base
    assert f"{versions.TRITON_RELEASE}-py3" in base
    assert "TRIPLEWIRE_TRITON_GPU_IMAGE" in SERVICES["triton-gpu"]["build"]["args"]


@pytest.mark.parametrize(
    ("image", "server", "onnxruntime"),
    [("cpu", True, versions.ONNXRUNTIME), ("gpu", False, versions.ONNXRUNTIME_GPU_IMAGE)],
)
def test_triton_s_environment_has_the_versions_that_work(image, server, onnxruntime):
    name = "triton" if image == "cpu" else f"triton-{image}"
    lines = (ROOT / f"topology/requirements/{name}.txt").read_text(encoding="utf-8").split()
    pinned = dict(line.split("==") for line in lines)
    assert pinned["numpy"] == versions.TRITON_NUMPY
    assert pinned["onnxruntime"] == onnxruntime
    assert pinned.get("nvidia-pytriton") == (versions.PYTRITON if server else None)
    dockerfile = (ROOT / f"topology/docker/triton-{image}.Dockerfile").read_text(encoding="utf-8")
    assert f"--no-deps -r /requirements/{name}.txt" in dockerfile


@pytest.mark.parametrize(
    "dockerfile", ["topology/docker/triton-cpu.Dockerfile", "topology/docker/triton-gpu.Dockerfile"]
)
def test_triton_can_reload_a_model_whose_stub_died(dockerfile):
    command = next(rest for head, rest in instructions(dockerfile) if head == "CMD")
    assert "--model-control-mode=explicit" in command
    assert "--load-model=*" in command
    service = next(s for s in SERVICES.values() if s.get("build", {}).get("dockerfile") == dockerfile)
    mounted = {volume.split(":")[-2] for volume in service["volumes"]}
    assert {f"--model-repository={folder}" in command for folder in mounted} == {True}
    probe = service["healthcheck"]["test"][-1]
    assert "topology/docker/triton_probe.py" in copied(dockerfile)
    assert probe == "/opt/triplewire/triton_probe.py"


def test_no_registry_or_package_index_is_named():
    for path in [ROOT / "docker-compose.yml", *(ROOT / "topology").rglob("*ockerfile*"), *ROOT.glob("docs/*.md")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(nvcr|docker|quay|ghcr|pypi|gcr)\.(io|com|org)", text), path
