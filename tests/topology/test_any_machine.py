"""What a machine may look like: which Python it has, and that every list of packages fits each of them."""

import re
import subprocess
import sys
import tomllib
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.topology.deployment import ROOT
from topology.local import triton_env
from topology.local.errors import StackError

PYTHONS = ("3.11", "3.12", "3.13")
LISTS = {
    "core": (),
    "local": ("local",),
    "media": ("media", "s3"),
    "dev": ("local", "media", "s3", "dev"),
    "train": ("local", "media", "s3", "train", "dev"),
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


class Version(NamedTuple):
    major: int
    minor: int


def environment(python):
    return {**default_environment(), "python_version": python, "python_full_version": f"{python}.1"}


def applies(requirement, python):
    return requirement.marker is None or requirement.marker.evaluate(environment(python))


def pins(name, python):
    lines = (ROOT / f"topology/requirements/{name}.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for requirement in (Requirement(line) for line in lines if line and not line.startswith("#")):
        if applies(requirement, python):
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            key = canonicalize_name(requirement.name)
            assert key not in found, f"{key} is pinned twice for Python {python}"
            found[key] = pin.version
    return found


def made(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path):
    """A PATH with nothing but what Make needs; the Pythons are the test's."""
    folder = tmp_path / "some bin"
    folder.mkdir()
    for tool in ("make", "sh", "awk"):
        (folder / tool).symlink_to(f"/usr/bin/{tool}")
    return folder


def install(machine, *given):
    """Returns what `make install` would do, and its words."""
    argv = ["make", "-n", "-B", "install", *given]
    done = subprocess.run(argv, cwd=ROOT, env={"PATH": str(machine)}, capture_output=True, text=True, check=True)
    return done.stdout


def test_make_takes_the_newest_python_that_runs(machine):
    made(machine / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    for name in ("python3.12", "python3.11"):
        made(machine / name, f'exec {sys.executable} "$@"')
    assert '"python3.12" -m venv .venv\n' in install(machine)
    made(machine / "python3.13", f'exec {sys.executable} "$@"')
    assert '"python3.13" -m venv .venv\n' in install(machine)


def test_make_takes_a_plain_python3_and_leaves_one_that_cannot_make_environments(machine):
    made(machine / "python3.12", "echo \"ModuleNotFoundError: No module named 'ensurepip'\" >&2; exit 1")
    made(machine / "python3", f'exec {sys.executable} "$@"')
    assert '"python3" -m venv .venv\n' in install(machine)


def test_a_python_that_the_operator_names_is_taken_also_with_a_space_in_its_path(machine):
    made(machine / "my python", f'exec {sys.executable} "$@"')
    assert f'"{machine / "my python"}" -m venv .venv\n' in install(machine, f"PYTHON={machine / 'my python'}")


@pytest.mark.parametrize("given", [(), ("PYTHON=/nowhere/python",)])
def test_without_a_python_it_says_what_is_needed(machine, given):
    script = next(line for line in install(machine, *given).splitlines() if "Triplewire needs" in line)
    done = subprocess.run(
        [machine / "sh", "-c", script], env={"PATH": str(machine)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Triplewire needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "PYTHON=" in done.stderr


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LISTS)
def test_every_list_pins_what_the_project_asks_for_of_each_python(name, python):
    pinned = pins(name, python)
    optional = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *(line for extra in LISTS[name] for line in optional[extra])]
    for requirement in map(Requirement, asked):
        if applies(requirement, python):
            version = pinned.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is missing"
            assert requirement.specifier.contains(version), f"{requirement}: {version}"


def test_the_project_names_the_pythons_that_it_is_pinned_for():
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(python) for python in PYTHONS)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"python(3\.\d+) ", makefile.split("for p in ")[1].split(";")[0]) == list(reversed(PYTHONS))
    assert "Python 3.11, 3.12 or 3.13" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_triton_keeps_the_python_it_needs(monkeypatch, tmp_path):
    asked = []

    def run(argv, env, **_):
        assert env
        asked.append([str(word) for word in argv])
        return subprocess.CompletedProcess(argv, 1, "", "No interpreter found for Python >=3.11, <3.13")

    def on(minor):
        version = Version(3, minor)
        return SimpleNamespace(version_info=version, executable=f"/usr/bin/python3.{minor}", base_prefix="/usr")

    monkeypatch.setattr(triton_env.subprocess, "run", run)
    monkeypatch.setattr(triton_env, "sys", on(13))
    with pytest.raises(StackError, match=r"need Python 3\.11 or 3\.12 beside this 3\.13.*python3\.12"):
        triton_env.environment(tmp_path)
    monkeypatch.setattr(triton_env, "sys", on(12))
    with pytest.raises(StackError, match="Check the network"):
        triton_env.environment(tmp_path)
    assert [argv[argv.index("--python") + 1] for argv in asked] == [">=3.11,<3.13", "/usr/bin/python3.12"]


@pytest.mark.parametrize("writable", [True, False])
def test_uv_keeps_its_cache_with_triton_s_where_the_home_cannot_be_written(writable, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ("home" if writable else "file")))
    environments = []

    def run(argv, env, **_):
        environments.append(env)
        return subprocess.CompletedProcess(argv, 1, "", "stop here")

    monkeypatch.setattr(triton_env.subprocess, "run", run)
    with pytest.raises(StackError, match="stop here"):
        triton_env.environment(tmp_path / "cache")
    expected = None if writable else str(tmp_path / "cache" / "uv")
    assert [env.get("UV_CACHE_DIR") for env in environments] == [expected]


def test_make_keeps_uv_s_cache_here_where_the_home_cannot_be_written(machine, tmp_path):
    made(machine / "python3.11", f'exec {sys.executable} "$@"')
    (machine / "mkdir").symlink_to("/usr/bin/mkdir")
    (tmp_path / "file").touch()
    asked = ["make", "-pnq", "-f", ROOT / "Makefile"]
    found = {}
    for home in ("home", "file"):
        env = {"PATH": str(machine), "HOME": str(tmp_path / home)}
        done = subprocess.run(asked, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        found[home] = re.findall(r"^UV_CACHE_DIR := (.*)$", done.stdout, re.MULTILINE)
    assert found == {"home": [], "file": [f"{tmp_path}/.triplewire/cache/uv"]}
