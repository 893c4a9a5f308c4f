"""The inductive contrastive model: no entity has a vector of its own, so it reads those that news has just named.

The score of one relation between two entities is that of decision 0026, ComplEx's product and the paper's linear form
of the pair vector, plus a score of counts: how often and when the two met, and which facts are between them already.
"""

import torch
from torch import Tensor, nn

from inference.training.links.counts import Counts
from inference.training.links.knowledge_graph import Modality
from inference.training.links.layers.attention import NeighbourAttention
from inference.training.links.layers.bilinear import between, product
from inference.training.links.layers.contrast import View
from inference.training.links.layers.fusion import Fusion
from inference.training.links.layers.pair_form import PairForm
from inference.training.links.question import Question
from inference.training.links.shape import LinkShape, counted
from topology.graph.vectors import CONTEXT_WIDTH, OWN_WIDTH


class InductiveLinks(nn.Module):
    """Scores candidates of an entity in all roles."""

    def __init__(self, shape: LinkShape) -> None:
        super().__init__()
        self.shape = shape
        text = Modality(torch.zeros(0, OWN_WIDTH).numpy(), torch.zeros(0, dtype=torch.bool).numpy())
        self.fusion = Fusion({"text": text}, CONTEXT_WIDTH, 0.05, shape.dropout)
        self.relation = nn.Embedding(shape.roles, CONTEXT_WIDTH)
        nn.init.normal_(self.relation.weight, std=0.5)
        self.attention = NeighbourAttention(CONTEXT_WIDTH, shape.heads, shape.roles, shape.dropout)
        # Started from zero, it would hardly read the neighbours by the time training ends.
        nn.init.normal_(self.attention.values, std=CONTEXT_WIDTH**-0.5)
        self.pair = PairForm(CONTEXT_WIDTH, shape.roles)
        self.counts = Counts(shape.roles, shape.hidden)

    def fused(self, vectors: Tensor) -> Tensor:
        """Returns vectors float [..., 384] in the shared space."""
        present = torch.ones(vectors.shape[:-1], dtype=torch.bool, device=vectors.device)
        return self.fusion.shown("text", View(vectors, present)).vectors

    def context(self, question: Question) -> tuple[Tensor, Tensor]:
        """Returns the asking entities' context vectors, float [B, width], and the neighbours' weights, [B, K]."""
        own = self.fused(question.entity)
        messages = product(self.fused(question.near), self.relation(question.near_role))
        weights = self.attention.weights(own, messages, question.near_role, question.seen).mean(dim=2)
        if not self.shape.neighbours:
            return own, weights
        return self.attention(own, messages, question.near_role, question.seen), weights

    def forward(
        self, question: Question, context: Tensor, asked: Tensor | None = None, there: Tensor | None = None
    ) -> Tensor:
        """Returns logits float [B, C, R]; with `asked`, int [B], those of one role, float [B, C].

        Args:
            question: The question.
            context: What `context` returned.
            asked: The one role wanted of each entity.
            there: The candidates' vectors in the shared space, where they are at hand.
        """
        wide = question.types.shape[1]
        logits = torch.zeros((), device=context.device)
        if self.shape.vectors:
            there = self.fused(question.candidates) if there is None else there
            here = context[:, None].expand(-1, wide, -1)
            if asked is None:
                linear = self.pair.logits(here.flatten(0, 1), there.flatten(0, 1)).unflatten(0, (-1, wide))
                logits = logits + between(here, there) @ self.relation.weight.T + linear
            else:
                form = product(context, self.relation(asked)) + self.pair.question(context, asked)
                logits = logits + (there @ form[:, :, None])[:, :, 0]
        return logits + self.counts(counted(self.shape, question), asked)


def views(model: InductiveLinks, question: Question, context: Tensor) -> list[View]:
    """Returns two views of the asking entities for the contrastive loss: by their names and by their neighbours."""
    own = model.fused(question.entity)
    # Without neighbours the context is the name's, and a difference of zero has no direction.
    heard = question.seen.any(dim=1) & model.shape.neighbours
    return [View(own, torch.ones(len(own), dtype=torch.bool)), View(context - own, heard)]
