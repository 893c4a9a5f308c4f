"""Link prediction with a model: filtered ranks of held-out triples, both ways."""

import numpy as np
import numpy.typing as npt
import torch

from inference.research.graph_completion.link_model import LinkModel
from inference.training.common.ranks import KnownAnswers, filtered_ranks
from inference.training.links.knowledge_graph import Triples, reciprocal

ROWS = 256


def ranks(model: LinkModel, triples: Triples, relations: int, known: KnownAnswers) -> npt.NDArray[np.float64]:
    """Returns the ranks of triples' tails, then of their heads, float [2n]; the model is left in evaluation mode.

    Args:
        model: The model.
        triples: What to ask.
        relations: How many there are.
        known: Right answers of all splits.
    """
    model.eval()
    questions = reciprocal(triples, relations)
    found = [np.empty(0)]
    with torch.no_grad():
        table = model.table()
        for first in range(0, len(questions), ROWS):
            part = questions[first : first + ROWS]
            entity, relation = torch.from_numpy(part[:, 0]), torch.from_numpy(part[:, 1])
            scores = model.scores(entity, relation, table).float().numpy()
            found.append(filtered_ranks(scores, part, known))
    return np.concatenate(found)
