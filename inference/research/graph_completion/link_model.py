"""The interface of every model for training and ranking."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.research.graph_completion.questions import Batch


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

    A question's other right answers are in its normaliser, as published; it is computed once a question, not once an
    answer, which saves three quarters of the work on FB15k-237.

    Args:
        scores: float [Q, entities].
        batch: The questions.
    """
    normaliser = scores.logsumexp(dim=1)[batch.row]
    return (normaliser - scores[batch.row, batch.answer]).mean()


def drawn_answer_loss(  # noqa: PLR0917
    question: Tensor, answer: Tensor, wrong: Tensor, batch: Batch, drawn: Tensor, entities: int
) -> Tensor:
    """Returns an estimate of `answer_loss` that reads only the right answers and some of the wrong ones.

    The drawn wrong answers of a question represent all of its wrong ones (sampled softmax with uniform draws,
    Jean et al. 2015): with all entities drawn it is `answer_loss`.

    Args:
        question: float [Q, width]; an entity's score is its product with the entity's vector.
        answer: float [T, width] vectors of the right answers.
        wrong: float [C, width] vectors of those drawn.
        batch: The questions.
        drawn: int [C] entities, none twice.
        entities: How many there are.
    """
    right = (question[batch.row] * answer).sum(dim=1)
    place = torch.full((entities,), -1).index_copy(0, drawn, torch.arange(len(drawn)))[batch.answer]
    hit = torch.zeros(len(question), len(drawn), dtype=torch.bool)
    hit[batch.row[place >= 0], place[place >= 0]] = True
    answers = torch.bincount(batch.row, minlength=len(question))
    weight = ((entities - answers) / (len(drawn) - hit.sum(dim=1))).log()
    others = (question @ wrong.T).masked_fill(hit, -torch.inf).logsumexp(dim=1) + weight
    # The sum over a question's right answers, by its largest one, so that no exponential overflows.
    top = right.detach().new_full((len(question),), -torch.inf).scatter_reduce(0, batch.row, right.detach(), "amax")
    sums = torch.zeros(len(question)).index_add(0, batch.row, (right - top[batch.row]).exp())
    return (torch.logaddexp(top + sums.log(), others)[batch.row] - right).mean()


def sampled_loss(scores: Tensor) -> Tensor:
    """Returns the cross-entropy of the first candidate among those drawn: float [T, 1 + drawn]."""
    return functional.cross_entropy(scores, scores.new_zeros(len(scores)).long())
