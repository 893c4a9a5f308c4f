"""Mentions and relations on the test sets, measured with the served graphs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inference.text.words import WordTokenizer
from inference.training.text import evaluate_mentions, evaluate_relations, sources_facts, sources_ner, sources_redocred
from inference.training.text.dataset import ExampleMaker
from inference.training.text.gazetteer import load_gazetteer
from inference.training.text.scores import Tally
from inference.training.text.served import Served
from topology.ontology import Ontology


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
    served: Served, tokenizer: WordTokenizer, data: Path, *, tell: Callable[[str], None], sample: int = 0
) -> list[Row]:
    """Returns the rows on mentions.

    Args:
        served: The model.
        tokenizer: Its tokenizer.
        data: The data folder.
        tell: Called with a line on each set.
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
        tell(f"{title}: F1 {tallies['all'].f1:.3f}")
    links = evaluate_mentions.found_links(served, tokenizer, data, sample)
    rows.append(Row("linked spans found", "Current Events, last 500 articles (held out)", links, recall_only=True))
    tell(f"links found: {links.recall:.3f}")
    return rows


def relation_rows(
    served: Served,
    tokenizer: WordTokenizer,
    ontology: Ontology,
    data: Path,
    threshold: float,
    *,
    tell: Callable[[str], None],
    sample: int = 0,
) -> list[Row]:
    """Returns the rows on relations.

    Args:
        served: The model.
        tokenizer: Its tokenizer.
        ontology: Its relations.
        data: The data folder.
        threshold: Least probability of a fact.
        tell: Called with a line on each set.
        sample: If not 0, only so many passages of each set are read.
    """
    maker = ExampleMaker(tokenizer, ontology)
    demonyms = load_gazetteer(data / "gazetteer").demonyms
    documents = list(sources_redocred.redocred(data, "test", demonyms))
    documents = documents[:sample] if sample else documents
    facts = list(sources_facts.knowledgenet(data, (3,), demonyms))
    facts = facts[:sample] if sample else facts
    examples = list(maker.examples(documents))
    given = evaluate_relations.documents_with_gold_mentions(served, documents, examples, threshold)
    tell(f"Re-DocRED, mentions given: F1 {given.f1:.3f}")
    whole = evaluate_relations.documents_end_to_end(served, tokenizer, documents, threshold)
    tell(f"Re-DocRED, from raw text: F1 {whole.f1:.3f}")
    cells = evaluate_relations.judged_cells(served, maker.examples(facts))
    fold = evaluate_relations.cell_f1(cells, threshold)
    tell(f"KnowledgeNet fold 3: F1 {fold.f1:.3f}")
    return [
        Row("relations, mentions given", "Re-DocRED test, whole documents", given),
        Row("relations, from raw text", "Re-DocRED test, whole documents", whole),
        Row("relations, mentions given", "KnowledgeNet fold 3, judged pairs of names", fold),
    ]
