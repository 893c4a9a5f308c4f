"""Text extraction: documents in, mentions and relations with character offsets out."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import get_args

from inference.client import TEXT_MODEL, InferenceRejected, InferenceUnavailable, TextClient
from inference.text.added import added_relations
from inference.text.mentions import RawMention, name_mentions
from inference.text.results import WindowResult, read_labels
from inference.text.sentences import split_sentences
from inference.text.types import Field, Span, TextDocument, TextExtraction, TextMention, TextRelation
from inference.text.windows import Window, make_windows
from inference.text.words import WordTokenizer
from topology.ontology import load_ontology
from topology.settings import settings

_PROBE = "Acme Corp named Jane Doe its chief executive officer in Berlin on Monday."
_PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Text:
    """One field of one document, cut up."""

    field: Field
    text: str
    sentences: list[tuple[int, int]]
    windows: list[Window]

    def sentence(self, one: Span, other: Span) -> Span:
        """Returns the stretch of whole sentences that holds both spans."""
        first = bisect_right(self.sentences, (min(one.start, other.start), len(self.text))) - 1
        last = bisect_right(self.sentences, (max(one.end, other.end) - 1, len(self.text))) - 1
        return Span(self.sentences[first][0], self.sentences[last][1])


_Pair = tuple[_Text, int, int, str, float]
"""A relation as found: its text, subject, object, relation id and score."""


class TextExtractor:
    """Reads documents with the model on Triton. For use within one event loop."""

    def __init__(self, tokenizer: WordTokenizer | None = None, client: TextClient | None = None) -> None:
        """Connects when first used.

        Args:
            tokenizer: By default the one beside the model in the settings' model repository.
            client: By default one for the settings' Triton.
        """
        chosen = settings()
        folder = chosen.models / TEXT_MODEL / "1"
        self._tokenizer = tokenizer or WordTokenizer(folder / "tokenizer.json")
        self._client = client or TextClient(
            chosen.triton,
            self._tokenizer.cls_id,
            self._tokenizer.sep_id,
            windows=chosen.inference_windows,
            requests=chosen.inference_requests,
            timeout=chosen.inference_timeout,
            added=added_relations(
                load_ontology(chosen.ontology).relations,
                read_labels((folder / "labels.json").read_bytes()).relations,
                self._tokenizer,
                chosen.open_relation_threshold,
            ),
        )

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        """Reads documents; the more at once, the better the model is filled.

        What is found in a document does not depend on the others. One without words yields an empty extraction.

        Raises:
            InferenceUnavailable: Transient trouble; try again.
            InferenceRejected: One of the documents can never be read.
        """
        # Tokenising a large batch takes long enough to matter to whatever else the loop does, and lets go of the lock.
        cut = await asyncio.to_thread(self._cut, documents)
        windows = [window for texts in cut for text in texts for window in text.windows]
        found = iter(await self._client.infer(windows))
        return [_assemble(document.id, texts, found) for document, texts in zip(documents, cut, strict=True)]

    async def trouble(self) -> str:
        """Returns why the model cannot work at the moment, by a real inference; "" if it can."""
        (words,) = self._tokenizer.words([_PROBE])
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await self._client.infer([Window(words, 0, len(words))])
        except TimeoutError:
            return f"Triton at {self._client.url} gives no answer within {_PROBE_SECONDS:.0f} s"
        except (InferenceUnavailable, InferenceRejected) as error:
            return str(error)
        return ""

    async def ready(self) -> bool:
        """Returns whether a real inference succeeds."""
        return not await self.trouble()

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.close()

    def _cut(self, documents: Sequence[TextDocument]) -> list[list[_Text]]:
        fields = get_args(Field)
        strings = [document.text(field) for document in documents for field in fields]
        texts = []
        for i, (string, words) in enumerate(zip(strings, self._tokenizer.words(strings), strict=True)):
            sentences = split_sentences(string)
            texts.append(_Text(fields[i % len(fields)], string, sentences, make_windows(words, sentences)))
        return [texts[i : i + len(fields)] for i in range(0, len(texts), len(fields))]


def _assemble(document: str, texts: Sequence[_Text], found: Iterator[WindowResult]) -> TextExtraction:
    """Puts a document together from its windows' results, which are the next ones of `found`."""
    raw: list[RawMention] = []
    pairs: list[_Pair] = []
    version = ""
    for text in texts:
        for window in text.windows:
            result = next(found)
            version = result.labels.version
            offset = len(raw)
            for first, end, type_, score in result.mentions:
                raw.append(RawMention(text.field, Span(*window.span(first, end)), text.text, type_, score))
            pairs += ((text, offset + s, offset + o, predicate, score) for s, o, predicate, score in result.relations)
    named = name_mentions(raw)
    mentions = [mention for mention in named if mention is not None]
    place = list(accumulate((mention is not None for mention in named), initial=0))
    kept = [
        (text, place[subject], place[object_], predicate, score)
        for text, subject, object_, predicate, score in pairs
        if named[subject] and named[object_]
    ]
    return TextExtraction(document, tuple(mentions), _strongest(kept, mentions), TEXT_MODEL, version)


def _strongest(pairs: Sequence[_Pair], mentions: Sequence[TextMention]) -> tuple[TextRelation, ...]:
    """Returns one relation, the surest, for each (subject entity, predicate, object entity, stretch of text)."""
    best: dict[tuple[Field, Span, str, str, str, str, str], tuple[int, int, float]] = {}
    for text, subject, object_, predicate, score in pairs:
        about, target = mentions[subject], mentions[object_]
        if about.name == target.name and about.type == target.type:
            continue
        sentence = text.sentence(about.span, target.span)
        key = (text.field, sentence, predicate, about.type, about.name, target.type, target.name)
        if key not in best or best[key][2] < score:
            best[key] = (subject, object_, score)
    return tuple(
        TextRelation(subject, object_, predicate, field, sentence, score)
        for (field, sentence, predicate, *_), (subject, object_, score) in best.items()
    )
