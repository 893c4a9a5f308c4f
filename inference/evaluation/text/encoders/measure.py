"""What a model trained from one encoder finds in the dev part of the annotated news, and what reading it costs."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.evaluation.local_client import LocalClient
from inference.evaluation.text.news import TYPES, total
from inference.evaluation.text.news_happenings import HappeningScore, score_happenings
from inference.evaluation.text.news_scoring import found_facts, mention_tally, score
from inference.text.language.words import WordTokenizer
from inference.text.types import TextDocument, TextExtraction
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.routes import english_route
from inference.training.text.annotated.reading import AnnotatedText
from inference.training.text.measure.scores import Tally
from inference.training.text.measure.scores import total as added
from streams.news.thresholds import Thresholds
from topology.ontology import Ontology

WARM_UP = 20
"""Texts that are read before the time counts."""

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
"""One for all relations and roles is chosen for each model: the scores of so short a training are not calibrated."""


@dataclass(frozen=True, slots=True)
class EncoderScore:
    """What a model found at its best threshold.

    Attributes:
        facts: Facts without geography.
        threshold: That of the facts.
        mentions: Names, characters and type.
        triggers: Happenings by trigger and class.
        roles: Of happenings.
        seconds: Processor seconds for 1,000 texts, everything that the news worker and the model do.
    """

    facts: Tally
    threshold: float
    mentions: Tally
    triggers: Tally
    roles: Tally
    seconds: float


def measured(folder: Path, code: Path, ontology: Ontology, texts: Sequence[AnnotatedText]) -> EncoderScore:
    """Reads the texts with an exported model.

    Args:
        folder: The exported version folder.
        code: The version folder whose code reads it.
        ontology: Types and relations.
        texts: Annotated texts.
    """
    tokenizer = WordTokenizer(code / "tokenizer.json")
    client = LocalClient(folder, tokenizer, threads=1, code=code)
    extractor = TextExtractor({"en": english_route(tokenizer, client)}, ontology)
    documents = [TextDocument(text.id, text.headline, text.text[len(text.headline) + 1 :]) for text in texts]
    asyncio.run(extractor.extract(documents[:WARM_UP]))
    began = time.process_time()
    read = asyncio.run(extractor.extract(documents))
    seconds = (time.process_time() - began) / len(texts) * 1000
    mentions = added(mention_tally(text, one, TYPES) for text, one in zip(texts, read, strict=True))
    threshold, facts = max(((t, _facts(texts, read, t)) for t in THRESHOLDS), key=lambda pair: pair[1].f1)
    happenings = [_happenings(texts, read, t) for t in THRESHOLDS]
    triggers = max((added(found.classes.values()) for found in happenings), key=lambda tally: tally.f1)
    roles = max((added(found.roles.values()) for found in happenings), key=lambda tally: tally.f1)
    return EncoderScore(facts, threshold, mentions, triggers, roles, seconds)


def _facts(texts: Sequence[AnnotatedText], read: Sequence[TextExtraction], threshold: float) -> Tally:
    scores = [score(text, found_facts(one, lambda _: threshold)) for text, one in zip(texts, read, strict=True)]
    return total(scores, lambda s: s.facts)


def _happenings(texts: Sequence[AnnotatedText], read: Sequence[TextExtraction], threshold: float) -> HappeningScore:
    found = HappeningScore()
    for text, one in zip(texts, read, strict=True):
        score_happenings(text, one, Thresholds(threshold, threshold, threshold), found)
    return found
