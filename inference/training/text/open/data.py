"""What the scorer of added relations learns from: pairs of names in sentences, as the shipped model sees them.

Beside the ontology's own relations it learns from those in `open_relations.yaml`, which the encoder and the pair head
were never taught. Types of names are predicted by the model: a source that knows a sentence's relation would reveal it
by the types it lists.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from inference.text.language.words import WordTokenizer
from inference.training.text.batches import bucket
from inference.training.text.dataset import Example, ExampleMaker
from inference.training.text.nodes import Node, covers, pooling, spans
from inference.training.text.pair_targets import type_constraint
from inference.training.text.served import Served
from inference.training.text.sources import facts as sources_facts
from inference.training.text.sources import redocred as sources_redocred
from inference.training.text.sources.candidates import add_candidates
from inference.training.text.sources.gazetteer import load_gazetteer
from inference.training.text.sources.passages import Judged, Passage
from inference.training.text.sources.templates import made, templates
from topology.ontology import Ontology, RelationSpec

EXTRA = Path(__file__).with_name("open_relations.yaml")
MOST_SENTENCES = 40
"""Sentences of one relation taken from one source at most: more add nothing new."""

MADE_UP = 1200
"""Sentences made from the templates of news relations; of the ontology's own a third of that."""

ASIDE = 5
"""One document in so many is kept for measuring."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class OpenPairs:
    """K pairs of names; R relations of `wide_ontology`.

    Attributes:
        source: str [K] name of the source.
        window: int [K] which window.
        aside: bool [K] whether its document is kept for measuring.
        vectors: float16 [K, hidden] the pair head's vector.
        contexts: float16 [K, width] mean of the words around and between the two names.
        positive: bool [K, R] relations that hold.
        known: bool [K, R] relations that were decided on and that the guessed types allow.
    """

    source: npt.NDArray[np.str_]
    window: npt.NDArray[np.int64]
    aside: npt.NDArray[np.bool_]
    vectors: npt.NDArray[np.float16]
    contexts: npt.NDArray[np.float16]
    positive: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]


def wide_ontology(ontology: Ontology) -> Ontology:
    """Returns the ontology with the relations of `open_relations.yaml` that it lacks."""
    rows = yaml.safe_load(EXTRA.read_text(encoding="utf-8"))
    extra = [RelationSpec.model_validate(row) for row in rows]
    names = {r.graph_type for r in ontology.relations}
    return Ontology(
        version=ontology.version,
        entity_types=ontology.entity_types,
        relations=ontology.relations
        + tuple(r for r in extra if r.id not in ontology.by_id and r.graph_type not in names),
        happenings=ontology.happenings,
    )


def passages(data: Path, wide: Ontology, most: int = MOST_SENTENCES) -> Iterator[Passage]:
    """Yields the passages; `most` sentences of one relation from each source.

    Raises:
        FileNotFoundError: A source's files are missing.
    """
    demonyms = load_gazetteer(data / "gazetteer").demonyms
    yield from made_up(wide, MADE_UP * most // MOST_SENTENCES)
    documents = 500 * most // MOST_SENTENCES
    yield from (p for p, _ in zip(sources_redocred.redocred(data, "dev", demonyms), range(documents), strict=False))
    seen: Counter[tuple[str, str]] = Counter()
    for source in (
        sources_facts.knowledgenet(data, (1,), demonyms),
        sources_facts.fewrel(data, wide, "val_nyt"),
        sources_facts.fewrel(data, wide, "val_wiki"),
        sources_facts.tekgen(data, wide),
    ):
        for passage in source:
            kind = passage.source, passage.facts[0].relation if passage.facts else ""
            seen[kind] += 1
            if seen[kind] <= most:
                yield passage


def made_up(wide: Ontology, number: int) -> Iterator[Passage]:
    """Yields sentences from templates: of news relations outside the ontology, and a third as many of its own.

    Each kind is decided on for its own relations only: nobody looked for the others when the templates were written.
    """
    news = {r for t in templates("open.txt") for _, r, _ in t.facts}
    for count, file, decided in (
        (number // 3, "facts.txt", frozenset(r.id for r in wide.relations) - news),
        (number, "open.txt", frozenset(news)),
    ):
        for passage in made(count, file=file):
            yield replace(passage, source=f"templates-{file.removesuffix('.txt')}", judged=(Judged(-1, -1, decided),))


def read_pairs(
    found: Iterable[Passage], served: Served, vectors: Any, tokenizer: WordTokenizer, wide: Ontology
) -> OpenPairs:
    """Returns the pairs of passages.

    Args:
        found: The passages.
        served: The model whose encoder reads them.
        vectors: An onnxruntime session of `open_graph.vector_graph`.
        tokenizer: The model's tokenizer.
        wide: What `wide_ontology` returns.
    """
    wide = served.known(wide)
    maker = ExampleMaker(tokenizer, wide)
    constraint = type_constraint(wide) > 0
    taught = frozenset(served.relations)
    named = (_cautious(p, taught) for p in add_candidates(found, served, tokenizer))
    parts = [
        _pairs(number, example, served, vectors, constraint, relations=len(wide.relations))
        for number, example in enumerate(e for e in maker.examples(named) if len(e.pairs))
    ]
    return OpenPairs(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _cautious(passage: Passage, taught: frozenset[str]) -> Passage:
    """Takes back the counter-examples that share a name with a fact whose relation may hold of several names."""
    ends = {(f.relation, end) for f in passage.facts if f.relation not in taught for end in (f.subject, f.object)}
    return replace(
        passage,
        judged=tuple(
            j
            for j in passage.judged
            if j.relations is None or not any((r, end) in ends for r in j.relations for end in (j.subject, j.object))
        ),
    )


def _pairs(
    number: int, example: Example, served: Served, vectors: Any, constraint: npt.NDArray[np.bool_], *, relations: int
) -> tuple[npt.NDArray[Any], ...]:
    emissions, words, *_ = served.reader.encode(example.ids, example.cases, example.word_pieces)
    kinds = np.array([_guess(emissions, node) for node in example.nodes])
    s, o = example.pairs[:, 0], example.pairs[:, 1]
    known = example.known & constraint[kinds[s], kinds[o]]
    some = np.flatnonzero(known[:, :relations].any(axis=1))
    chosen = example.pairs[some]
    mentions, pool = pooling(example.nodes)
    feeds = {
        "words": words,
        "first": np.array([m[0] for m in mentions], np.int64),
        "last": np.array([m[1] - 1 for m in mentions], np.int64),
        "pool": pool,
        "kinds": np.eye(len(constraint), dtype=np.float32)[kinds],
        "pairs": chosen,
        "steps": np.array([bucket(example.nodes, int(a), int(b)) for a, b in chosen], np.int64),
        "spans": spans(example.nodes, chosen),
        "covers": covers(example.nodes, len(words)),
    }
    around = served.added.around([_nearest(example.nodes[a], example.nodes[b]) for a, b in chosen], len(words))
    (vector,) = vectors.run(None, feeds) if len(some) else (np.zeros((0, vectors.get_outputs()[0].shape[1])),)
    document = hashlib.sha256(f"{example.source}/{example.passage.id}".encode()).digest()[0]
    return (
        np.full(len(some), example.source, "<U24"),
        np.full(len(some), number),
        np.full(len(some), document % ASIDE == 0),
        vector.astype(np.float16),
        (around @ words).astype(np.float16),
        (example.positive & known)[some, :relations],
        known[some, :relations],
    )


def _nearest(a: Node, b: Node) -> tuple[tuple[int, int], tuple[int, int]]:
    """Returns the nearest mentions of two nodes."""
    return min(
        ((x, y) for x in a.mentions for y in b.mentions), key=lambda m: max(m[1][0] - m[0][1], m[0][0] - m[1][1])
    )


def _guess(emissions: Floats, node: Node) -> int:
    """Returns the likeliest type of a node by the tag scores of its words."""
    total = sum(emissions[first, 1::2] + emissions[first + 1 : end, 2::2].sum(axis=0) for first, end in node.mentions)
    return int(np.argmax(total))
