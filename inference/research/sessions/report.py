"""Sessions and interests: links of two public sets by two splits each, and stories of the project's own stream."""

from collections.abc import Mapping
from statistics import pstdev

from inference.evaluation.report import Aim, Cell, Context, DataMissing, Report, Table
from inference.research.sessions.link_questions import LinkQuestions
from inference.research.sessions.link_sets import LinkSetError
from inference.research.sessions.models import COMPARATORS, TITLES
from inference.research.sessions.report_runs import ABLATED, FULL, QUICK, Bench, means
from inference.research.sessions.report_stories import stories
from topology.settings import settings

Numbers = Mapping[str, tuple[float, float, float]]

LINKS = {
    "amazon": "Amazon, GATNE's split",
    "amazon-random": "Amazon, random 7:1:2",
    "youtube": "YouTube, GATNE's test edges",
    "youtube-random": "YouTube, random 7:1:2",
}
STORIES = {"ours": "Our stream: page titles", "own-graph": "Our stream: entities as the service reads them"}
PARTS = (*LINKS, *STORIES)

PAPER: Mapping[str, Numbers] = {
    "amazon": {
        "session": (0.7218, 0.7236, 0.7392),
        "seq2seq": (0.4854, 0.4865, 0.6325),
        "nfm": (0.5283, 0.5248, 0.6528),
        "cke": (0.632, 0.6617, 0.6683),
        "kgcn": (0.6805, 0.6883, 0.6947),
        "mmgcn": (0.6912, 0.7087, 0.7135),
    },
    "youtube": {
        "session": (0.7325, 0.7165, 0.7390),
        "seq2seq": (0.5138, 0.5108, 0.4842),
        "nfm": (0.5102, 0.5052, 0.4841),
        "cke": (0.6357, 0.6013, 0.6436),
        "kgcn": (0.6980, 0.6986, 0.6428),
        "mmgcn": (0.6883, 0.7014, 0.6983),
    },
}
"""AUC, AP and F1: Zhang and Xie (2026), tables 3 and 4, on a split that is not public."""

GATNE = (0.963, 0.948, 0.914)
"""GATNE's own on Amazon's own split: Cen et al. (2019), table 3, rounded."""

ABOUT = """\
A model is asked who or what is next: after an item's session on link sets, after what an article has named so far on
our own stream. It separates right from wrong pairs (AUC, average precision, and F1 where as many are called right as
are) and ranks the right answer among all items (filtered, ties count half). On GATNE's split the three are means over
edge types, as GATNE has them; on random splits all types are pooled, as the paper says. All models are trained by one
loop, and the weights that score best on the validation split are measured once on the test split.

A set of links has no sessions. A node's session here is up to seven of its training neighbours, in no order that means
anything, and itself last; the historical graph is the training graph. The session model has no vectors of its own for
items: it reads a node's place in the training graph (NetMF vectors, as common sense) and in how many edges a candidate
is linked with the session. While it learns, these are made of four fifths of the training edges, and it is asked for
the last fifth. No held-out edge is in any graph, vector or count. No text or pictures of these sets can be had.

Seq2Seq, NFM, CKE, KGCN and MMGCN are ideas in some forty lines each, with vectors of their own for each item; they are
not the published systems."""

NOTES = """\
YouTube has no training file here. For GATNE's test edges the models learn from nine tenths of the validation edges (a
tenth decides between models), about a tenth of what GATNE learns from, so its published numbers do not compare. The
random splits draw from all edges that are there, of every file, one of each pair of nodes; nodes without a training
edge are left out of them.

Ranks on link sets are of 200 test edges, the same for every model and run, each asked from both ends. Runs are kept
under the state folder's `sessions`, so that a report that was stopped resumes; remove the folder to train again."""


def evaluate(context: Context) -> Report:
    """Measures the parts that were asked for, all of them by default; the quick form takes small samples of two.

    Raises:
        DataMissing: A data set is not there, or a part is unknown.
    """
    import torch  # noqa: PLC0415

    chosen = context.chosen("sessions", PARTS, quick=("youtube-random", "ours"))
    if context.quick:
        torch.set_num_threads(1)  # more of them wait for each other longer than such small sums take
    kept = None if context.quick else settings().state / "sessions"
    amount = QUICK if context.quick else FULL
    bench = Bench(amount, context.seed, context.log, context.data, settings().cache / "graph", kept)
    tables, aims, sources = [], [], []
    for name in PARTS:
        if name not in chosen:
            continue
        context.need(*(("kg", "gatne") if name in LINKS else ("feeds", "current-events.jsonl")))
        try:
            table, reached = links(bench, name) if name in LINKS else stories(bench, name, STORIES[name])
        except LinkSetError as error:
            raise DataMissing(str(error)) from error
        tables.append(table)
        aims += reached
        sources.append(f"kg/gatne: {LINKS[name]}" if name in LINKS else f"feeds/current-events.jsonl: {STORIES[name]}")
    return Report("Sessions and interests", ABOUT, tuple(sources), tables, aims, [], [NOTES])


def links(bench: Bench, name: str) -> tuple[Table, list[Aim]]:
    """Trains all models on a link set."""
    set_ = name.removesuffix("-random")
    rows: list[tuple[Cell, ...]] = []
    aims = []
    for model in ("session", *ABLATED, *COMPARATORS):
        found = bench.measure(name, model)
        for split, results in found.items():
            title = TITLES[model] if split == "test" else f"{TITLES[model]}; without pairs known from training"
            if split != "test" and model != "session":
                continue
            spread = pstdev(f.parting.auc for f in results)
            paper = PAPER[set_].get(model, (None,) * 3) if split == "test" else (None,) * 3
            rows.append((title, len(results), *means(results), spread, *paper))
        if model == "session":
            reached = means(found["test"])
            wanted = {"paper": PAPER[set_]["session"]} | ({"GATNE": GATNE} if name == "amazon" else {})
            for whose, numbers in wanted.items():
                for what, measured, number in zip(("AUC", "AP", "F1"), reached, numbers, strict=False):
                    aims.append(Aim(f"{LINKS[name]}: {what}, above {whose}'s {number}", measured, number))
    columns = ("model", "seeds", "AUC", "AP", "F1", "MRR", "Hits@10", "AUC spread", "paper AUC", "paper AP", "paper F1")
    return Table(LINKS[name], columns, rows, _note(bench, name)), aims


def _note(bench: Bench, name: str) -> str:
    questions = bench.questions(name, bench.seed + 1)
    assert isinstance(questions, LinkQuestions)  # noqa: S101  for the type checker: only these are link sets
    split = questions.split
    joined = float(split.in_training(split.test[split.test_right]).mean())
    note = (
        f"{split.nodes} nodes, {split.types} edge types, {len(split.train)} training, {int(split.valid_right.sum())} "
        f"validation and {int(split.test_right.sum())} test edges. Means over seeds; the spread is the standard "
        "deviation. The paper's numbers are of its own split."
    )
    if joined:
        note += (
            f" Of the test edges, {joined:.0%} join a pair that training joins too, the other way round or by another "
            "type: that is how this split was published. The row that says so leaves such pairs out."
        )
    return note
