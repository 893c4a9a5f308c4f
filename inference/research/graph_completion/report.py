"""The graph that learns: link prediction on public sets and on generated multimodal graphs, and three sweeps."""

from inference.evaluation.report import Context, Report
from inference.research.graph_completion import report_generated as graph_generated
from inference.research.graph_completion import report_links as graph_links
from inference.research.graph_completion.report_runs import FULL, QUICK, Bench
from topology.settings import settings

PARTS = (*graph_links.SETS, "comparators", "ablation", "temperature", "noise", "share")

ABOUT = """\
A model is asked (entity, relation, ?) for each held-out triple, both ways, and ranks all entities. Ranks are filtered
(other right answers of any split do not count) and realistic (a candidate with the same score counts half). Every model
is trained on the training triples by the same loop, and the weights that score best on the validation split are
measured once on the test split. TransE, DistMult, ComplEx, RotatE and CompGCN are PyKEEN's, with reciprocal relations.

Text vectors are the packaged MiniLM's of names and descriptions, not trained along. No picture features of the public
sets can be had, so pictures appear on generated graphs alone: there text and picture vectors are correlated views of an
entity's hidden traits, which decide its relations."""

NOTES = """\
Runs are kept under the state folder's `graph`, so that a report that was stopped resumes; remove the folder to
train again. On the public sets one seed is trained, for so many epochs at most: it ends when three looks at the
validation split in a row were no better. Nine tenths of DB15K's published validation triples are training triples, and
are left out. Texts of WN18RR are not read: on its validation split they lower the MRR by more than half. Sizes fit two
CPU cores; larger ones are options of `triplewire train graph`."""


def evaluate(context: Context) -> Report:
    """Measures the parts that were asked for, all of them by default; the quick form takes one small public set.

    Raises:
        DataMissing: A data set is not there, or a part is unknown.
    """
    import torch  # noqa: PLC0415

    chosen = context.chosen("graph", PARTS, (*graph_links.SETS[-1:], *PARTS[len(graph_links.SETS) :]))
    if context.quick:
        torch.set_num_threads(1)  # more of them wait for each other longer than such small sums take
    kept = None if context.quick else settings().state / "graph"
    bench = Bench(QUICK if context.quick else FULL, context.seed, context.log, kept)
    tables, aims, plots, sources = [], [], [], []
    for name in graph_links.SETS:
        if name in chosen:
            table, of_set = graph_links.measure(bench, context, name)
            tables.append(table)
            aims += of_set
            sources.append(f"kg: {table.title}, all splits")
    for name, part in (("comparators", graph_generated.comparators), ("ablation", graph_generated.ablation)):
        if name in chosen:
            tables.append(part(bench))
    for name in ("temperature", "noise", "share"):
        if name in chosen:
            table, plot = getattr(graph_generated, name)(bench)
            tables.append(table)
            plots.append(plot)
    if set(chosen) - set(graph_links.SETS):
        sources.append(f"generated graphs of {bench.amount.recipe.entities} entities, made by this command")
    return Report("The graph that learns", ABOUT, tuple(sources), tables, aims, plots, [NOTES])
