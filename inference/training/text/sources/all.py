"""Every source: what it is, under which licence, how often an epoch reads it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from inference.training.text.annotated.passages import annotated_news
from inference.training.text.sources import facts as sources_facts
from inference.training.text.sources import ner as sources_ner
from inference.training.text.sources import news as sources_news
from inference.training.text.sources import redocred as sources_redocred
from inference.training.text.sources import templates as sources_templates
from inference.training.text.sources.filled import filled
from inference.training.text.sources.gazetteer import Gazetteer, load_gazetteer
from inference.training.text.sources.lowercase import bare_words
from inference.training.text.sources.offices import bare_offices
from inference.training.text.sources.passages import Passage
from topology.ontology import Ontology


class DataMissing(FileNotFoundError):  # noqa: N818  reads as what it says
    """The data folder lacks a source."""


@dataclass(frozen=True)
class Source:
    """A training source.

    Attributes:
        name: As in `Passage.source`.
        title: What it is.
        licence: Its licence.
        repeats: Passes over it in one epoch.
        read: Reads its passages.
    """

    name: str
    title: str
    licence: str
    repeats: float
    read: Callable[[Path, Gazetteer, Ontology], Iterator[Passage]]


FILLINGS = 3
"""How often each pattern is filled."""

MADE = 9000
STORIES = 5000
NEWS = 5000
"""Sentences made from templates."""

SOURCES: tuple[Source, ...] = (
    Source(
        "annotated",
        "News annotated for this project (docs/annotation.md): 4,026 texts, without dev and test part",
        "labels Apache-2.0; texts as in the data folder",
        3.0,
        lambda data, _, __: annotated_news(data, ("train", "more")),
    ),
    Source(
        "patterns",
        "6,719 sentence patterns written for this project (docs/patterns.md), each filled with names three times",
        "Apache-2.0",
        1.0,
        lambda _, __, ___: filled(FILLINGS),
    ),
    Source(
        "current-events",
        "Wikipedia Current Events, January 2025 to June 2026: links as spans, without the last 500 articles",
        "CC BY-SA 4.0",
        0.5,
        lambda data, gaz, _: sources_news.current_events(data, gaz, "train"),
    ),
    Source(
        "redocred-dev",
        "Re-DocRED, dev split: mentions, and relations that one sentence states",
        "MIT",
        0.8,
        lambda data, gaz, _: map(
            sources_redocred.within_sentences, sources_redocred.redocred(data, "dev", gaz.demonyms)
        ),
    ),
    Source(
        "knowledgenet",
        "KnowledgeNet, folds 1 and 2: facts of 15 properties",
        "CC BY-SA 4.0",
        0.5,
        lambda data, gaz, _: sources_facts.knowledgenet(data, (1, 2), gaz.demonyms),
    ),
    Source(
        "fewrel-val_wiki",
        "FewRel, Wikipedia validation part",
        "MIT",
        0.15,
        lambda d, _, o: sources_facts.fewrel(d, o, "val_wiki"),
    ),
    Source(
        "fewrel-val_nyt",
        "FewRel 2.0, New York Times part",
        "MIT",
        0.3,
        lambda d, _, o: sources_facts.fewrel(d, o, "val_nyt"),
    ),
    Source("tekgen", "Text2KGBench wikidata_tekgen", "CC BY-SA 4.0", 0.4, lambda d, _, o: sources_facts.tekgen(d, o)),
    Source(
        "uner-ewt", "Universal NER, English EWT, dev and test", "CC BY-SA 4.0", 1.0, lambda d, _, __: sources_ner.ewt(d)
    ),
    Source("wikigold", "wikigold", "CC BY 4.0", 0.8, lambda d, _, __: sources_ner.wikigold(d)),
    Source("wnut17", "WNUT 2017, train and dev", "CC BY 4.0", 0.2, lambda d, _, __: sources_ner.wnut(d)),
    Source("btc", "Broad Twitter Corpus", "CC BY 4.0", 0.1, lambda d, _, __: sources_ner.btc(d)),
    Source(
        "templates",
        "Sentences made from templates written for this project",
        "Apache-2.0",
        0.7,
        lambda _, __, ___: chain(
            sources_templates.made(MADE),
            sources_templates.made(STORIES, 1, "stories.txt"),
            sources_templates.made(NEWS, 2, "news.txt"),
        ),
    ),
)


def read(source: Source, data: Path, ontology: Ontology) -> Iterator[Passage]:
    """Yields a source's passages.

    Where only some spans are annotated, words in small letters and offices outside them name nothing: that much is
    always known.

    Raises:
        DataMissing: The folder lacks the source's files.
    """
    try:
        for passage in source.read(data, load_gazetteer(data / "gazetteer"), ontology):
            if passage.labelled:
                yield passage
            else:
                yield replace(passage, bare=(*passage.bare, *bare_words(passage), *bare_offices(passage)))
    except FileNotFoundError as error:
        raise DataMissing(f"{source.title}: {error.filename} is missing; point --data at the data folder") from error
