"""What every model is to training and to ranking."""

from torch import Tensor, nn
from torch.nn import functional

from inference.training.graph.questions import Batch


class LinkModel(nn.Module):
    """Ranks all entities as answers to questions."""

    def table(self) -> Tensor:
        """Returns what all questions share, computed once: candidates' vectors, say."""
        raise NotImplementedError

    def scores(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:
        """Returns float [Q, entities], higher is likelier; entity and relation are int [Q]."""
        raise NotImplementedError

    def loss(self, batch: Batch) -> Tensor:
        """Returns the training loss: by default one answer against all entities."""
        return answer_loss(self.scores(batch.entity, batch.relation, self.table()), batch)


def answer_loss(scores: Tensor, batch: Batch) -> Tensor:
    """Returns the cross-entropy of each right answer among all entities (1-vs-all, Lacroix et al. 2018), a mean.

    A question's other right answers stand in its normaliser, as published; it is computed once a question, not once an
    answer, which saves three quarters of the work on FB15k-237.

    Args:
        scores: float [Q, entities].
        batch: The questions.
    """
    normaliser = scores.logsumexp(dim=1)[batch.row]
    return (normaliser - scores[batch.row, batch.answer]).mean()


def sampled_loss(scores: Tensor) -> Tensor:
    """Returns the cross-entropy of the first candidate among those drawn: float [T, 1 + drawn]."""
    return functional.cross_entropy(scores, scores.new_zeros(len(scores)).long())
