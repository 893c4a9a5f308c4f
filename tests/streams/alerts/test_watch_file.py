"""The file of watches: what it may say, and that what is wrong is named with its line."""

import pytest

from streams.alerts.stage import AlertsStage
from streams.alerts.watch_file import WatchFile, WatchFileError, read_watches
from streams.road.stage import ConfigurationError
from tests.streams.sink.sample import ONTOLOGY
from topology.settings import REPOSITORY, Settings

WATCH = "watches:\n  - name: a\n"
RECEIVER = "receivers:\n  - name: desk\n    url: https://hooks.example/x\n"


def wrong(tmp_path, text):
    path = tmp_path / "watch.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WatchFileError) as error:
        read_watches(path, ONTOLOGY)
    return str(error.value).removeprefix(str(path))


@pytest.mark.parametrize("path", ["docs/examples/watch.yaml", "topology/docker/watch/watch.yaml"])
def test_the_shipped_files_can_be_used(path):
    listed = read_watches(REPOSITORY / path, ONTOLOGY)
    assert bool(listed.watches) is path.startswith("docs")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("watches: [", ", line 1: no YAML"),
        (WATCH + "    names: [Acme]\n    sauces: 2\n", ", line 4: watches.0.sauces: there is no such field"),
        (WATCH, ", line 2: watches.0: it looks for nothing"),
        ("watches:\n  - name: a b\n    names: [Acme]\n", ", line 2: watches.0.name"),
        (WATCH + "    names: ['...']\n", ", line 3: watches.0.names.0.name: '...' has no letter"),
        (WATCH + "    classes: [atack]\n", ", line 3: watches.0.classes.0: "),
        (WATCH + "    classes: [atack]\n", "the ontology has no classes called 'atack'; did you mean attack?"),
        (WATCH + "    relations:\n      - P169\n      - chief executive\n", ", line 5: watches.0.relations.1"),
        (WATCH + "    names: [Acme]\n    receivers: [desk]\n", "names the receiver desk, which is not listed"),
        ("watches:\n  - {name: a, names: [x]}\n  - {name: a, names: [x]}\n", "there are two of the name a"),
        (WATCH + "    classes: [attack]\n    first: [name]\n", "so the watch needs `names`"),
        (WATCH + "    classes: [attack]\n    contradicts: true\n", "only facts can contradict"),
        (RECEIVER + "    secret: hunter2hunter2\n", "`secret` does not belong here: put the secret into a file"),
        (RECEIVER + "    zone: Mars\n", "no time zone 'Mars'"),
        (RECEIVER + "    digest: [22:00]\n", "write it in quotes"),
        (RECEIVER + "    digest: ['25:00']\n", ", line 4: receivers.0.digest.0: '25:00' is no time of day"),
        (RECEIVER + "    quiet: ['22:00-22:00']\n", "begins and ends at the same time"),
        (RECEIVER + "    quiet: ['00:00-12:00', '12:00-00:00']\n", "have no end"),
        (RECEIVER + "    quiet: ['22:00-07:00']\n    digest: ['23:00']\n", "it would never be called"),
        (RECEIVER.replace("https", "gopher"), "only http and https"),
        (RECEIVER.replace("hooks.", "me:pass@hooks."), "contains a user name or password"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_without_secrets(tmp_path, text, said):
    message = wrong(tmp_path, text)
    assert said in message
    assert ", line " in message
    assert "hunter2" not in message
    assert "me:pass" not in message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WatchFileError, match=r"watch\.yaml: No such file"):
        read_watches(tmp_path / "watch.yaml", ONTOLOGY)


def test_a_changed_file_is_read_again_and_a_broken_one_leaves_the_earlier_in_use(tmp_path):
    path = tmp_path / "watch.yaml"
    path.write_text("watches:\n  - {name: a, names: [Acme]}\n", encoding="utf-8")
    file = WatchFile(path, ONTOLOGY)
    assert not file.changed()
    path.write_text("watches: [\n", encoding="utf-8")
    assert (file.changed(), file.listed.watches[0].name) == (False, "a")
    assert "line " in file.problem
    new = tmp_path / "new"
    new.write_text("watches:\n  - {name: b, names: [Acme]}\n", encoding="utf-8")
    new.replace(path)
    assert (file.changed(), file.listed.watches[0].name, file.problem) == (True, "b", "")


def test_a_worker_without_watches_or_secrets_says_what_to_set(tmp_path):
    with pytest.raises(ConfigurationError, match="set TRIPLEWIRE_WATCH to a YAML file"):
        AlertsStage(Settings())
    path = tmp_path / "watch.yaml"
    path.write_text(RECEIVER + "watches: [{name: a, names: [Acme]}]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="receiver desk has no secret"):
        AlertsStage(Settings(watch=str(path)))
    path.write_text("watches: [{}]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"line 1: watches\.0\.name: it is required"):
        AlertsStage(Settings(watch=str(path)))
