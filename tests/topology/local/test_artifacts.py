"""Downloads of the embedded stack: what is pinned, and what happens when they go wrong."""

import hashlib
from pathlib import Path

import pytest

from topology import versions
from topology.local import artifacts, triton_env
from topology.local.errors import StackError

ONE, TWO = b"one jar" * 100, b"another jar" * 100


@pytest.fixture
def lists(tmp_path, monkeypatch):
    """A pinned list of two small jars, and no ~/.m2."""
    folder = tmp_path / "lists"
    folder.mkdir()
    lines = [
        f"org.example:{name}:1.0 {hashlib.sha256(content).hexdigest()} {len(content)}"
        for name, content in (("one", ONE), ("two", TWO))
    ]
    (folder / "some.txt").write_text("# a comment\n" + "\n".join(lines) + "\n")
    monkeypatch.setattr(artifacts, "LISTS", folder)
    monkeypatch.setattr(artifacts, "ATTEMPTS", 1)
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    return folder


@pytest.fixture
def served(lists, monkeypatch):  # noqa: ARG001 - what is served is what the list names
    """What the repository serves, by artifact; and what was asked for."""
    contents: dict[str, bytes | Exception] = {"one": ONE, "two": TWO}
    asked = []

    def download(_resolver, artifact):
        asked.append(artifact.artifactId)
        content = contents[artifact.artifactId]
        if isinstance(content, Exception):
            raise content
        artifact.cached_path.parent.mkdir(parents=True, exist_ok=True)
        artifact.cached_path.write_bytes(content)
        return artifact.cached_path

    monkeypatch.setattr("jgo.maven._resolver.PythonResolver.download", download)
    return contents, asked


def test_a_set_is_downloaded_once(served, tmp_path):
    contents, asked = served
    folder = artifacts.fetch("some", tmp_path / "cache")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"one-1.0.jar": ONE, "two-1.0.jar": TWO}
    contents.clear()
    assert artifacts.fetch("some", tmp_path / "cache") == folder
    assert sorted(asked) == ["one", "two"]


@pytest.mark.usefixtures("served")
def test_progress_ends_at_the_whole(tmp_path):
    told = []
    artifacts.fetch("some", tmp_path / "cache", lambda done, total: told.append((done, total)))
    assert told[-1] == (len(ONE) + len(TWO), len(ONE) + len(TWO))


def test_a_broken_off_download_is_not_taken_for_a_finished_one_and_is_resumed(served, tmp_path):
    contents, asked = served
    contents["two"] = OSError("the network went away")
    with pytest.raises(StackError, match=r"two-1.0.jar: the network went away\. Check the network"):
        artifacts.fetch("some", tmp_path / "cache")
    assert not artifacts.folder("some", tmp_path / "cache").exists()
    contents["two"] = TWO
    folder = artifacts.fetch("some", tmp_path / "cache")
    assert (folder / "two-1.0.jar").read_bytes() == TWO
    assert asked.count("one") == 1


@pytest.mark.usefixtures("served")
def test_a_truncated_file_of_an_earlier_try_is_fetched_again(tmp_path):
    partial = artifacts.folder("some", tmp_path / "cache").with_suffix(".partial")
    partial.mkdir(parents=True)
    (partial / "one-1.0.jar").write_bytes(ONE[:-1])
    (partial / "two-1.0.jar").write_bytes(TWO[:-1] + b"?")
    folder = artifacts.fetch("some", tmp_path / "cache")
    assert (folder / "one-1.0.jar").read_bytes() == ONE
    assert (folder / "two-1.0.jar").read_bytes() == TWO


def test_bytes_that_differ_from_the_pinned_ones_are_refused(served, tmp_path):
    contents, _ = served
    contents["one"] = ONE[:-1] + b"!"
    with pytest.raises(StackError, match=r"one-1\.0\.jar: the file differs from the pinned one"):
        artifacts.fetch("some", tmp_path / "cache")
    assert not artifacts.folder("some", tmp_path / "cache").exists()


def test_what_maven_has_already_is_taken_from_there_if_it_is_sound(served, tmp_path):
    contents, asked = served
    del contents["one"]
    for name, content in (("one", ONE), ("two", b"something else")):
        jar = tmp_path / "m2" / "org" / "example" / name / "1.0" / f"{name}-1.0.jar"
        jar.parent.mkdir(parents=True)
        jar.write_bytes(content)
    folder = artifacts.fetch("some", tmp_path / "cache")
    assert (folder / "one-1.0.jar").read_bytes() == ONE
    assert (folder / "two-1.0.jar").read_bytes() == TWO
    assert asked == ["two"]


def test_another_list_is_another_folder(lists, tmp_path):
    before = artifacts.folder("some", tmp_path)
    (lists / "some.txt").write_text("# nothing any more\n")
    assert artifacts.folder("some", tmp_path) != before


@pytest.mark.parametrize(
    ("name", "coordinates"),
    [
        ("kafka", f"org.apache.kafka:kafka_2.13:{versions.KAFKA}"),
        ("kafka", f"org.apache.logging.log4j:log4j-slf4j-impl:{versions.KAFKA_LOG4J}"),
        ("neo4j", f"org.neo4j:neo4j:{versions.NEO4J}"),
        ("neo4j", f"org.neo4j.client:neo4j-browser:{versions.NEO4J_BROWSER}"),
        ("plugins", f"org.neo4j:neosemantics:{versions.N10S}"),
    ],
)
def test_the_pinned_lists_are_of_the_versions_declared(name, coordinates):
    assert coordinates in {f"{jar.group}:{jar.artifact}:{jar.version}" for jar in artifacts.jars(name)}


@pytest.mark.parametrize("name", ["kafka", "neo4j", "plugins"])
def test_no_jar_stands_twice_in_a_list(name):
    files = [jar.file for jar in artifacts.jars(name)]
    assert len(files) == len(set(files))


def test_a_classifier_is_part_of_the_file_name():
    jar = artifacts.Jar.parse(f"io.netty:netty-transport:4.1:linux-x86_64 {'0' * 64} 7")
    assert jar.path == Path("io/netty/netty-transport/4.1/netty-transport-4.1-linux-x86_64.jar")


def test_tritons_environment_is_of_the_versions_declared():
    lines = triton_env.REQUIREMENTS.read_text().splitlines()
    for pin in (
        f"nvidia-pytriton=={versions.PYTRITON}",
        f"numpy=={versions.TRITON_NUMPY}",
        f"onnxruntime=={versions.ONNXRUNTIME}",
    ):
        assert pin in lines
