"""Relations of the user's ontology that the model was not trained on: they travel with each request, as text.

The model reads a relation's name and description like a sentence and scores pairs of names against it; see
docs/ontology.md.
"""

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import blake2b

from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import MAX_PIECES, Window, pack
from topology.ontology import RelationSpec


@dataclass(frozen=True, slots=True)
class AddedRelations:
    """Added relations as a request carries them.

    Attributes:
        ids: Their ids. In the answer their indices follow those of the model's own relations, in this order.
        message: The value of the model's input `open_relations`.
        least: Least confidence of each.
    """

    ids: tuple[str, ...]
    message: bytes
    least: tuple[float, ...]

    @property
    def digest(self) -> str:
        """A short hash of the relations' texts and least confidences."""
        return blake2b(self.message + repr(self.least).encode(), digest_size=8).hexdigest()


def label_text(name: str, description: str) -> str:
    """Returns what the model reads of a relation: "spouse: the subject has the object as their spouse"."""
    return f"{name}: {description}" if description else name


def added_relations(
    relations: Iterable[RelationSpec], trained: Collection[str], tokenizer: WordTokenizer, least: float = 0.0
) -> AddedRelations | None:
    """Returns the relations that the model was not trained on; None if there is none.

    Args:
        relations: The ontology's relations.
        trained: Ids of the relations that the model was trained on.
        tokenizer: The model's tokenizer.
        least: Least confidence of a relation without a threshold of its own.
    """
    added = [relation for relation in relations if relation.id not in trained]
    if not added:
        return None
    return AddedRelations(
        tuple(relation.id for relation in added),
        json.dumps([_row(relation, tokenizer) for relation in added], separators=(",", ":")).encode(),
        tuple(relation.least(least) for relation in added),
    )


def _row(relation: RelationSpec, tokenizer: WordTokenizer) -> dict[str, str | list[int] | list[str]]:
    (words,) = tokenizer.words([label_text(relation.name, relation.description)])
    fitting = bisect_right(words.first, MAX_PIECES - 2) - 1  # cuts a long description to one window
    packed = pack([Window(words, 0, fitting)], tokenizer.cls_id, tokenizer.sep_id)
    return {
        "id": relation.id,
        "pieces": packed.input_ids.tolist(),
        "cases": packed.case_ids.tolist(),
        "domain": list(relation.domain),
        "range": list(relation.range),
    }
