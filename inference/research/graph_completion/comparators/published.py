"""TransE, DistMult, ComplEx, RotatE and CompGCN: PyKEEN's models, in our harness."""

from typing import Any

import torch
from torch import Tensor

from inference.research.graph_completion.link_model import LinkModel, answer_loss, sampled_loss
from inference.research.graph_completion.questions import Batch
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph

DRAWN = 64
"""Wrong answers for each right one, for models that compare vectors one by one."""
MOST_NUMBERS = 1 << 22
"""Numbers held at once when such a model ranks: what a processor's cache can hold."""


class Published(LinkModel):
    """A model of PyKEEN's, with reciprocal relations; trained on all entities, or on some drawn ones."""

    def __init__(self, graph: KnowledgeGraph, shape: GraphShape, name: str, *, drawn: bool, **options: Any) -> None:
        """Makes a model.

        Args:
            graph: The graph.
            shape: Its rank (complex) or width (real) is the model's.
            name: PyKEEN's name of the model.
            drawn: Whether a right answer competes with drawn entities only.
            options: For the model.
        """
        super().__init__()
        from pykeen.models import model_resolver  # noqa: PLC0415  it imports half of scientific Python
        from pykeen.triples import CoreTriplesFactory  # noqa: PLC0415

        self.relations, self.drawn, self.width = len(graph.relations), drawn, shape.width
        self.entities = len(graph.entities)
        triples = CoreTriplesFactory(
            torch.from_numpy(graph.train),
            num_entities=self.entities,
            num_relations=self.relations,
            create_inverse_triples=True,
        )
        # PyKEEN draws initial weights from a generator of its own, with this seed.
        seed = int(torch.randint(1 << 30, ()))
        self.model = model_resolver.make(name, triples_factory=triples, random_seed=seed, **options)

    def table(self) -> Tensor:
        """Returns nothing: PyKEEN keeps what its questions share; this only tells it that weights may have changed."""
        self.model.post_parameter_update()
        return torch.empty(0)

    def scores(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:  # noqa: ARG002
        """Returns float [Q, entities]."""
        asked = torch.stack([entity, self._numbered(relation)], dim=1)
        part = MOST_NUMBERS // (len(asked) * self.width) if self.drawn else None
        scores: Tensor = self.model.score_t(asked, slice_size=max(1, part) if part is not None else None)
        return scores

    def loss(self, batch: Batch) -> Tensor:
        """Returns the ranking loss and PyKEEN's regularisation."""
        table = self.table()
        if self.drawn:
            asked = torch.stack([batch.entity, self._numbered(batch.relation)], dim=1)[batch.row]
            others = torch.randint(self.entities, (len(asked), DRAWN))
            candidates = torch.cat([batch.answer[:, None], others], dim=1)
            loss = sampled_loss(self.model.score_t(asked, tails=candidates))
        else:
            loss = answer_loss(self.scores(batch.entity, batch.relation, table), batch)
        return loss + self.model.collect_regularization_term()

    def _numbered(self, relation: Tensor) -> Tensor:
        """Returns PyKEEN's numbers: 2r, and 2r + 1 read backwards."""
        backwards = relation >= self.relations
        return 2 * torch.where(backwards, relation - self.relations, relation) + backwards
