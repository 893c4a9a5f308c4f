"""What `up` says where memory is short, by the machine or by the container's limit."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from tests.topology.local.fake_services import Fake
from topology.cli import app
from topology.local import memory, stack
from topology.local.stack import SERVICES, LocalStack
from topology.settings import Settings, settings

GIB = 1024**3


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """A machine with 8 GiB to spare, whose control groups are folders of the test."""
    (tmp_path / "own").write_text("0::/pod/worker\n")
    (tmp_path / "pod" / "worker").mkdir(parents=True)
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    monkeypatch.setattr(memory, "OWN_CGROUP", tmp_path / "own")
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(available=8 * GIB))

    def limit(path, most, used, cached=0):
        (tmp_path / path / "memory.max").write_text(f"{most}\n")
        (tmp_path / path / "memory.current").write_text(f"{used}\n")
        (tmp_path / path / "memory.stat").write_text(f"anon 5\ninactive_file {cached}\n")

    return limit


def test_without_limits_it_is_what_the_machine_has(groups):
    groups("pod/worker", "max", GIB)
    assert memory.available_mib() == 8 * 1024


def test_the_narrowest_group_counts_and_cached_pages_are_free(groups):
    groups("pod/worker", 6 * GIB, 5 * GIB, 2 * GIB)
    groups("pod", 4 * GIB, 2 * GIB, GIB // 2)
    assert memory.available_mib() == 2 * 1024 + 512


def test_a_group_over_its_limit_leaves_nothing(groups):
    groups("pod/worker", GIB, 2 * GIB)
    assert memory.available_mib() == 0


@pytest.mark.usefixtures("groups")
def test_a_machine_without_control_groups_is_fine(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "OWN_CGROUP", tmp_path / "nowhere")
    assert memory.available_mib() == 8 * 1024


def test_every_server_says_what_it_needs_and_the_stack_fits_four_gib():
    needed = [service.needs_mib for service in SERVICES]
    assert all(needed)
    assert sum(needed) < 4096


def test_up_says_what_is_short_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_STATE", str(tmp_path / "a b"))
    monkeypatch.setattr(stack, "SERVICES", ())
    monkeypatch.setattr(memory, "available_mib", lambda: 1000)
    settings.cache_clear()
    fake = Fake(Settings(state=tmp_path / "a b"), "kafka")
    fake.needs_mib = 1200
    built = LocalStack.__init__

    def with_fake(self, of):
        built(self, of)
        self.services = {"kafka": fake}

    monkeypatch.setattr(LocalStack, "__init__", with_fake)
    try:
        result = CliRunner().invoke(app, ["up", "kafka"])
        assert result.exit_code == 0, result.output
        assert "1000 MiB are free" in result.output
        assert "kafka 1200" in result.output
        # What runs already needs nothing more.
        assert "MiB" not in CliRunner().invoke(app, ["up", "kafka"]).output
    finally:
        CliRunner().invoke(app, ["down"])
        settings.cache_clear()


def test_enough_memory_is_not_spoken_of(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "available_mib", lambda: 100_000)
    assert LocalStack(Settings(state=tmp_path)).memory_warning() == ""
