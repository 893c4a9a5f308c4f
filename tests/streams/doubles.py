"""A text extractor without a model: what it finds depends on the text alone, so its triples can be foretold."""

import re
from collections.abc import Sequence
from dataclasses import replace

from inference.text.types import Field, Span, TextDocument, TextExtraction, TextMention, TextRelation
from inference.text_extraction.client import InferenceRejected

REJECTED = "Unreadable"
"""A text with this word is one the model refuses."""


class WordExtractor:
    """Every capitalised word is a person; each is married (P26) to the next one of its field."""

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        for document in documents:
            if REJECTED in document.body:
                raise InferenceRejected(f"document {document.id} cannot be read")
        return [_read(document) for document in documents]

    async def trouble(self) -> str:
        return ""

    async def close(self) -> None:
        pass


def _read(document: TextDocument) -> TextExtraction:
    mentions: list[TextMention] = []
    relations: list[TextRelation] = []
    fields: tuple[Field, ...] = ("headline", "body")
    for field in fields:
        text = document.text(field)
        first = len(mentions)
        for word in re.finditer(r"\b[A-Z]\w*", text):
            span = Span(word.start(), word.end())
            mentions.append(TextMention(field, span, word.group(), "person", word.group(), 0.9))
        relations += [
            TextRelation(i, i + 1, "P26", field, Span(0, len(text)), 0.75) for i in range(first, len(mentions) - 1)
        ]
    found = TextExtraction(document.id, tuple(mentions), tuple(relations), "words", "1")
    return replace(found, language=document.language)
