"""A part for each public set: the contrastive graph model and the classics, trained and ranked alike."""

from collections.abc import Mapping
from dataclasses import replace

from inference.evaluation.graph_runs import CLASSIC, Amount, Bench
from inference.evaluation.report import Aim, Cell, Context, DataMissing, Table
from inference.graph.knowledge_graph import KnowledgeGraph
from inference.graph.ranks import Ranking
from inference.training.graph.models import TITLES
from inference.training.graph.readers import GraphDataError
from inference.training.graph.run import graph_of
from topology.settings import settings

SETS = ("fb15k-237", "wn18rr", "db15k", "mkg-y")

AIMS = {"fb15k-237": 0.37, "wn18rr": 0.551}
"""FB15k-237: what strong public models reach. WN18RR: the best published model of structure alone known to us, NBFNet
(Zhu et al. 2021)."""

PUBLISHED: Mapping[str, Mapping[str, float]] = {
    "fb15k-237": {"transe": 0.294, "distmult": 0.241, "complex": 0.247, "rotate": 0.338, "compgcn": 0.355},
    "wn18rr": {"transe": 0.226, "distmult": 0.43, "complex": 0.44, "rotate": 0.476, "compgcn": 0.479},
}
"""MRR: the first four as Sun et al. (2019, RotatE) list them, the last of Vashishth et al. (2020)."""

Row = tuple[Cell, ...]


def measure(bench: Bench, context: Context, name: str) -> tuple[Table, list[Aim]]:
    """Trains all models on a set.

    Raises:
        DataMissing: The set is not there.
    """
    plain, worded = (_graph(context, name, bench.amount, texts=texts) for texts in (False, True))
    rows: list[Row] = []
    classic = best = 0.0
    for model in CLASSIC:
        found = bench.measure(plain, bench.trainee(name, model, context.seed + 1))
        classic = max(classic, found.mrr)
        rows.append((TITLES[model], "structure", *_cells(found), PUBLISHED.get(name, {}).get(model)))
    for graph in (plain, worded) if worded.modalities else (plain,):
        found = bench.measure(graph, bench.trainee(name, "contrastive", context.seed + 1))
        kinds = ["structure", *sorted(graph.modalities)]
        rows.append((TITLES["contrastive"], " + ".join(kinds), *_cells(found), None))
        best = found.mrr
    columns = ("model", "reads", "MRR", "Hits@1", "Hits@10", "published MRR")
    note = (
        f"{len(plain.entities)} entities, {len(plain.relations)} relations, {len(plain.train)} training and "
        f"{len(plain.test)} test triples, each asked both ways. No picture features of this set can be had."
    )
    aims = [Aim(f"{plain.name}: MRR of the contrastive graph, against the best classic here", best, classic)]
    if name in AIMS:
        aims.append(Aim(f"{plain.name}: MRR of the contrastive graph", best, AIMS[name]))
    return Table(plain.name, columns, rows, note), aims


def _graph(context: Context, name: str, amount: Amount, *, texts: bool) -> KnowledgeGraph:
    try:
        graph = graph_of(name, context.need("kg"), settings().cache / "graph", texts=texts)
    except GraphDataError as error:
        raise DataMissing(str(error)) from error
    graph = graph.with_share(amount.part, context.seed)
    return replace(graph, valid=graph.valid[: amount.held_out], test=graph.test[: amount.held_out])


def _cells(found: Ranking) -> tuple[float, float, float]:
    return found.mrr, found.hits1, found.hits10
