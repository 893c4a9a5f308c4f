"""Chinese: names and relations of the shipped model, and how reliably languages are identified."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from inference.evaluation.report import Cell, Context, Report, Table
from inference.text.language.detect import language_of
from topology.settings import settings

if TYPE_CHECKING:
    from inference.training.text.measure.scores import Tally
    from inference.training.text_zh.data import Sentence

LANGUAGES = Path(__file__).with_name("languages.jsonl")
"""Sentences by us about public facts, each with its language."""

QUICK = 40
THRESHOLDS = (0.3, 0.5, 0.7, 0.9)


def evaluate(context: Context) -> Report:
    """Measures the Chinese model in the settings' model repository, and language identification."""
    from inference.training.text_zh import data, measure  # noqa: PLC0415  they need torch

    zh = context.need("zh")
    served = measure.Served(settings().models / "text_extraction_zh" / "1")

    def cut(sentences: "list[Sentence]") -> "list[Sentence]":
        return sentences[:QUICK] if context.quick else sentences

    uner = cut(data.read_uner(zh / "uner-gsdsimp" / "zh_gsdsimp-ud-dev.iob2"))
    weibo = cut(data.read_weibo(zh / "weibo" / "weiboNER_2nd_conll.dev"))
    finre = cut(data.read_finre(zh / "finre" / "FinRE" / "valid.txt"))
    context.log("names")
    tables = [
        names_table("Names: UNER-GSDSimp dev", measure.mentions(served, uner), ""),
        names_table(
            "Names: Weibo NER dev, out of domain",
            measure.mentions(served, weibo),
            "Posts of a social network, by other rules of what a name is; the model saw none of them.",
        ),
    ]
    context.log("relations")
    facts = list(zip(THRESHOLDS, measure.facts(served, finre, THRESHOLDS), strict=True))
    tables += [_classes_table(measure.classes(served, finre)), _facts_table(facts)]
    context.log("languages")
    tables.append(_languages(context, [s.text for s in uner]))
    return Report(
        title="Chinese, and languages",
        about="The model `text_extraction_zh` as Triton runs it: exact span and type of names, FinRE's relations. "
        "It starts from bge-small-zh and LAC, and was trained on the training parts of UNER-GSDSimp and FinRE.",
        sources=(
            "zh/uner-gsdsimp: dev, 500 sentences (CC BY-SA 4.0)",
            "zh/finre: valid, 677 sentences, 1,489 relation instances (MIT); the confidence was calibrated on it",
            "zh/weibo: dev, 270 posts, names only (benchmark)",
            "feeds/current-events, feeds/gsa-posts, and sentences written by us: languages",
        ),
        tables=tables,
    )


def names_table(title: str, tallies: "dict[str, Tally]", note: str) -> Table:
    """Returns a table of precision, recall and F1 with a last row for all."""
    return Table(title, ("type", "precision", "recall", "F1", "names"), _rows(tallies), note)


def _rows(tallies: "dict[str, Tally]") -> list[tuple[Cell, ...]]:
    from inference.training.text.measure.scores import Tally  # noqa: PLC0415

    everything = Tally()
    for tally in tallies.values():
        everything += tally
    named = [*tallies.items(), ("all", everything)]
    return [(name, t.precision, t.recall, t.f1, t.right + t.missed) for name, t in named]


def _classes_table(tallies: "dict[str, Tally]") -> Table:
    frequent = sorted(tallies.items(), key=lambda item: (-(item[1].right + item[1].missed), item[0]))
    return Table(
        "Relations: FinRE valid, names given",
        ("relation", "precision", "recall", "F1", "instances"),
        _rows(dict(frequent)),
        "The likeliest of 44 classes for each ordered pair; `unknown` does not count as found.",
    )


def _facts_table(tallies: "list[tuple[float, Tally]]") -> Table:
    rows: list[tuple[Cell, ...]] = [
        (least, tally.precision, tally.recall, tally.f1, tally.right + tally.wrong) for least, tally in tallies
    ]
    return Table(
        "Facts end to end: FinRE valid",
        ("confidence at least", "precision", "recall", "F1", "facts"),
        rows,
        "Names and relations by the model, relations of the ontology, both names' characters exact. Only pairs of "
        "names that FinRE speaks of are counted, and no plans.",
    )


def _languages(context: Context, chinese: Sequence[str]) -> Table:
    rows: list[tuple[Cell, ...]] = [("zh, UNER-GSDSimp dev", *_share([("zh", "", text) for text in chinese]))]
    for name in ("current-events", "gsa-posts"):
        path = context.data / "feeds" / f"{name}.jsonl"
        if path.exists():
            articles = [orjson.loads(line) for line in path.read_bytes().splitlines()]
            articles = articles[:QUICK] if context.quick else articles
            rows.append((f"en, {name}", *_share([("en", a.get("headline") or "", a["body"]) for a in articles])))
    ours = [orjson.loads(line) for line in LANGUAGES.read_bytes().splitlines()]
    rows.append(
        (f"{len({row['language'] for row in ours})} languages", *_share([(r["language"], "", r["text"]) for r in ours]))
    )
    return Table(
        "Languages",
        ("texts", "right", "texts in all"),
        rows,
        "The publisher's tag is not given. Right means the very language; what is not `en` or `zh` is passed through "
        "without a model.",
    )


def _share(texts: Sequence[tuple[str, str, str]]) -> tuple[float, int]:
    right = sum(language_of(headline, body) == language for language, headline, body in texts)
    return right / max(1, len(texts)), len(texts)
