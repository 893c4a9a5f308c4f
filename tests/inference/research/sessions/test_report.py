"""The session report: a row for each model, and a run that is kept is not trained again."""

import pytest

pytest.importorskip("torch")

from inference.evaluation.report import Context, DataMissing
from inference.evaluation.write import Provenance, write
from inference.research.sessions import link_sets
from inference.research.sessions import report as sessions
from inference.research.sessions import report_runs as sessions_runs
from inference.research.sessions import report_stories as sessions_stories
from inference.research.sessions.models import COMPARATORS, TITLES
from inference.research.sessions.report_runs import Amount, Bench

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

TINY = Amount(seeds=1, epochs=1, width=8, asked=20)
FEW = {name: COMPARATORS[name] for name in ("nfm", "kgcn")}


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(sessions, "QUICK", TINY)
    for module in (sessions, sessions_stories):
        monkeypatch.setattr(module, "COMPARATORS", FEW)


@pytest.fixture
def gatne(story_data, sets):
    (story_data / "kg" / "gatne").mkdir(parents=True)
    for name in link_sets.SIZES:
        (sets / name).rename(story_data / "kg" / "gatne" / name)
    return story_data


def evaluate(folder, *parts):
    return sessions.evaluate(Context(folder, quick=True, parts=parts))


def test_a_link_set_has_a_row_for_each_model_and_says_what_training_tells(gatne, tmp_path):
    report = evaluate(gatne, "amazon", "amazon-random")
    own, random = report.tables
    names = [TITLES[m] for m in ("session", *sessions_runs.ABLATED, *FEW)]
    assert [row[0] for row in random.rows] == names
    assert [row[0] for row in own.rows] == names, "no test edge is left without those that training tells"
    assert "100% join a pair that training joins" in own.note
    assert "join a pair" not in random.note
    assert [aim.wanted for aim in report.aims] == [0.7218, 0.7236, 0.7392, 0.963, 0.948, 0.914, 0.7218, 0.7236, 0.7392]
    assert all(aim.measured == own.rows[0][2 + number % 3] for number, aim in enumerate(report.aims[:6]))
    (markdown, *_) = write(report, "sessions", Provenance("command", 0, "machine"), tmp_path)
    assert "Sessions and interests" in markdown.read_text()


def test_stories_stand_beside_counting(story_data):
    report = evaluate(story_data, "ours")
    (table,) = report.tables
    assert [row[0].split(":")[0] for row in table.rows[:4]] == ["popularity", "co-occurrence", "likeness", "recency"]
    assert [row[0] for row in table.rows[4:]] == [TITLES[m] for m in ("session", *sessions_runs.ABLATED, *FEW)]
    (aim,) = report.aims
    assert aim.wanted == max(row[5] for row in table.rows[:4])
    assert aim.measured == table.rows[4][5]


def test_what_is_missing_or_unknown_is_named(tmp_path):
    with pytest.raises(DataMissing, match="no part tides"):
        evaluate(tmp_path, "tides")
    for part, missing in (("amazon", "gatne"), ("ours", "current-events")):
        with pytest.raises(DataMissing, match=missing):
            evaluate(tmp_path, part)


def test_a_kept_run_is_not_trained_again(story_data, tmp_path, monkeypatch):
    bench = Bench(TINY, 0, lambda _: None, story_data, tmp_path / "cache", tmp_path / "runs")
    first = bench.measure("ours", "session")
    monkeypatch.setattr(sessions_runs, "run", None)
    assert bench.measure("ours", "session") == first
    with pytest.raises(TypeError):
        bench.measure("ours", "vectors")
