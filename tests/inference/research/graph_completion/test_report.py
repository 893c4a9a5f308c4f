"""The graph report: what it is asked for it measures, and a run that is kept is not trained again."""

from dataclasses import replace

import pytest

pytest.importorskip("torch")

from inference.evaluation.report import Context, DataMissing
from inference.evaluation.write import Provenance, write
from inference.research.graph_completion import report as graph
from inference.research.graph_completion import report_generated as graph_generated
from inference.research.graph_completion import report_links as graph_links
from inference.research.graph_completion.generated import Recipe, generate
from inference.research.graph_completion.report_runs import MULTIMODAL, Amount, Bench
from tests.inference.research.graph_completion.miniature import write_mkgc

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

TINY = Amount(1, Recipe(entities=60, relations=4, kinds=2, width=6), (0.1, 0.5), (0.0, 0.5), (0.5, 1.0), 1, 4)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(graph, "QUICK", TINY)
    monkeypatch.setattr(graph_generated, "CLASSIC", ())
    monkeypatch.setattr(graph_links, "TRAINED", {"db15k": ("distmult",)})


def evaluate(folder, *parts):
    return graph.evaluate(Context(folder, quick=True, parts=parts))


def test_comparators_and_ablation_have_a_row_each(tmp_path):
    compared, ablated = evaluate(tmp_path, "comparators", "ablation").tables
    assert [row[0] for row in compared.rows] == [graph_generated.TITLES[m] for m in (*MULTIMODAL, "contrastive")]
    assert [row[0] for row in ablated.rows] == list(graph_generated.ABLATED)
    assert all(0 < row[1] <= 1 for row in ablated.rows)


def test_each_sweep_is_a_table_and_a_plot(tmp_path):
    report = evaluate(tmp_path, "temperature", "noise", "share")
    assert [table.title for table in report.tables] == ["MRR by temperature", "Hits@1 by noise", "Hits@10 by share"]
    assert [len(table.rows) for table in report.tables] == [2, 2, 2]
    paths = write(report, "graph", Provenance("command", 0, "machine"), tmp_path)
    assert [path.name for path in paths if path.suffix == ".png"] == [
        f"graph-{name}.png" for name in ("temperature", "noise", "share")
    ]


def test_a_public_set_has_a_row_for_what_is_read(tmp_path):
    write_mkgc(tmp_path / "kg", "DB15K")
    report = evaluate(tmp_path, "db15k")
    (table,) = report.tables
    parts = (", all of the paper's parts", ", ComplEx and relation loss alone", "")
    ours = [f"contrastive graph{part}" for part in parts]
    assert [row[:2] for row in table.rows] == [(model, "structure") for model in ("DistMult", *ours)]
    (aim,) = report.aims
    assert aim.what.endswith("against the best classic here")
    assert (aim.measured, aim.wanted) == (table.rows[-1][4], table.rows[0][4])
    with pytest.raises(DataMissing, match="wn18rr"):
        evaluate(tmp_path, "wn18rr")
    with pytest.raises(DataMissing, match="no part tides"):
        evaluate(tmp_path, "tides")


def test_rows_with_and_without_the_papers_parts_differ_in_nothing_else(tmp_path):
    worded = generate(TINY.recipe)
    plain = replace(worded, modalities={})
    chosen = Bench(replace(TINY, epochs=None, rank=None), 0, print, tmp_path).trainee("fb15k-237", "contrastive", 1)
    rows = graph_links._variants(plain, worded, chosen)
    (_, _, whole), (_, _, text), (_, unread, structure), (_, graph_, last) = rows
    assert (last, graph_, unread) == (chosen, worded, plain)
    assert whole.plan == text.plan == structure.plan
    assert whole.shape == replace(text.shape, neighbours=8, classifier=True)
    assert not text.shape.neighbours
    assert not text.shape.classifier
    assert replace(structure.shape, contrast=text.shape.contrast) == text.shape
    assert text.shape.contrast > structure.shape.contrast == 0
    assert text.shape.rank < chosen.shape.rank
    assert len(graph_links._variants(plain, plain, chosen)) == len(rows) - 1


def test_a_kept_run_is_measured_and_not_trained_again(tmp_path):
    reported = []
    bench = Bench(TINY, 0, reported.append, tmp_path)
    given = generate(TINY.recipe)
    trainee = bench.trainee("generated", "contrastive", 1)
    first = bench.measure(given, trainee)
    (kept,) = tmp_path.iterdir()
    before = (kept / "checkpoint.safetensors").stat().st_mtime_ns
    assert bench.measure(given, trainee) == first
    assert (kept / "checkpoint.safetensors").stat().st_mtime_ns == before
    bench.measure(replace(given, name="another"), trainee)
    bench.measure(given, replace(trainee, shape=replace(trainee.shape, temperature=0.3)))
    assert len(list(tmp_path.iterdir())) == 3
    assert len(reported) == 4
