"""The relations and types that suggestions are made of, and which relation may hold between which types."""

import numpy as np
import numpy.typing as npt

from inference.link_prediction.inputs import Words
from topology.ontology import Ontology

VALUES = {"date", "quantity"}
Allowed = npt.NDArray[np.bool_]


def words_of(ontology: Ontology) -> Words:
    """Returns what the model's numbers mean: relations between named entities, and the types of these."""
    english = ontology.for_language("en")
    types = tuple(t.name for t in english.entity_types if t.name not in VALUES)
    relations = tuple(r.id for r in english.relations if set(r.range) - VALUES)
    return Words(relations, types)


def allowed(ontology: Ontology, words: Words) -> Allowed:
    """Returns bool [roles, types + 1, types + 1]: whether the first type may have a role in facts with the second."""
    count, types = len(words.relations), len(words.types)
    table = np.zeros((words.roles, types + 1, types + 1), np.bool_)
    for number, relation in enumerate(words.relations):
        for i, one in enumerate(words.types):
            for j, other in enumerate(words.types):
                table[number, i, j] = table[number + count, j, i] = ontology.allows(one, relation, other)
    return table
