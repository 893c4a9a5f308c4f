"""Mentions and relations on the test sets, measured with the served graphs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inference.evaluation.text.whole import Whole
from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.measure import mentions as evaluate_mentions
from inference.training.text.measure import relations as evaluate_relations
from inference.training.text.measure.scores import Tally
from inference.training.text.served import Served
from inference.training.text.sources import facts as sources_facts
from inference.training.text.sources import ner as sources_ner
from inference.training.text.sources.gazetteer import load_gazetteer


@dataclass(frozen=True)
class Row:
    """A line of the tables."""

    task: str
    data: str
    tally: Tally
    recall_only: bool = False


_MENTION_SETS = (
    ("UNER PUD test (news and Wikipedia)", sources_ner.pud),
    ("CoNLL++ dev (Reuters 1996)", sources_ner.conllpp_dev),
    ("WikiNEuRal English test (Wikipedia)", sources_ner.wikineural_test),
)


def mention_rows(
    served: Served, tokenizer: WordTokenizer, data: Path, *, log: Callable[[str], None], sample: int = 0
) -> list[Row]:
    """Returns the rows on mentions.

    Args:
        served: The model.
        tokenizer: Its tokenizer.
        data: The data folder.
        log: Called with a line on each set.
        sample: If not 0, only so many passages of each set are read.
    """
    rows = []
    for title, read in _MENTION_SETS:
        passages = list(read(data))
        tallies = evaluate_mentions.span_f1(served, tokenizer, passages[:sample] if sample else passages)
        rows += [
            Row(f"mentions, {kind}" if kind != "all" else "mentions", title, tallies[kind])
            for kind in ("all", "person", "organization", "location")
        ]
        log(f"{title}: F1 {tallies['all'].f1:.3f}")
    links = evaluate_mentions.found_links(served, tokenizer, data, sample)
    rows.append(Row("linked spans found", "Current Events, last 500 articles (held out)", links, recall_only=True))
    log(f"links found: {links.recall:.3f}")
    return rows


def relation_rows(
    served: Served,
    maker: ExampleMaker,
    data: Path,
    threshold: float,
    *,
    whole: Whole,
    log: Callable[[str], None],
    sample: int = 0,
) -> list[Row]:
    """Returns the rows on relations.

    Args:
        served: The model.
        maker: Makes examples with its tokenizer and relations.
        data: The data folder.
        threshold: Least probability of a fact.
        whole: Re-DocRED's documents, read.
        log: Called with a line on each set.
        sample: If not 0, only so many passages of each set are read.
    """
    facts = list(sources_facts.knowledgenet(data, (3,), load_gazetteer(data / "gazetteer").demonyms))
    facts = facts[:sample] if sample else facts
    examples = list(maker.examples(whole.passages))
    given = evaluate_relations.documents_with_gold_mentions(served, whole.passages, examples, threshold)
    log(f"Re-DocRED, mentions given: F1 {given.f1:.3f}")
    from_text = whole.tally(served.relations, threshold)
    log(f"Re-DocRED, from raw text: F1 {from_text.f1:.3f}")
    cells = evaluate_relations.judged_cells(served, maker.examples(facts))
    fold = evaluate_relations.cell_f1(cells, threshold)
    log(f"KnowledgeNet fold 3: F1 {fold.f1:.3f}")
    return [
        Row("relations, mentions given", "Re-DocRED test, whole documents", given),
        Row("relations, from raw text", "Re-DocRED test, whole documents", from_text),
        Row("relations, mentions given", "KnowledgeNet fold 3, judged pairs of names", fold),
    ]
