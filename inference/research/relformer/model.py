"""RelFormer (Li and Li 2025): relations between a mention in a text and an object in its picture, with knowledge."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.object_relations.batch import Role
from inference.object_relations.graph import Node
from inference.object_relations.shape import RelFormerShape
from inference.research.relformer.alignment import alignment_loss
from inference.research.relformer.attention import CrossAttention, SelfLayer
from inference.research.relformer.embeddings import KnowledgeEmbedding, TextEmbedding, VisualEmbedding
from inference.research.relformer.encoder import CrossPaths, OwnPaths, States, at, pooled
from inference.research.relformer.fusion import Fusion
from inference.research.relformer.prefix import VisualPrefix
from inference.research.relformer.tensors import Tensors


class RelationModel(nn.Module):
    """What can be trained and measured here: made of a shape, it turns a batch into scores float [B, relations]."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__()
        self.shape = shape

    def loss(self, batch: Tensors) -> Tensor:
        """Returns the training loss, a scalar: cross-entropy of the right relation."""
        return functional.cross_entropy(self(batch), batch.labels)


class Decoder(nn.Module):
    """Queries all modalities' states for a pair, and classifies its relation."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__()
        self.ask = nn.ModuleList(
            CrossAttention(shape.width, shape.heads, shape.dropout) for _ in range(shape.decoder_layers)
        )
        self.think = nn.ModuleList(
            SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout) for _ in range(shape.decoder_layers)
        )
        self.relations = nn.Linear(shape.width, shape.relations)

    def forward(self, pair: Tensor, states: States) -> Tensor:
        """Returns scores float [B, relations] of pairs float [B, width]."""
        memory = torch.cat([states.text, states.visual, states.knowledge], dim=1)
        mask = torch.cat([states.text_mask, states.visual_mask, states.knowledge_mask], dim=1)
        query = pair[:, None]
        alone = torch.ones_like(query[:, :, 0], dtype=torch.bool)
        for ask, think in zip(self.ask, self.think, strict=True):
            query = think(ask(query, memory, mask), alone)
        return self.relations(query.squeeze(1))


class RelFormer(RelationModel):
    """Encoder of own and cross paths, fusion, decoder."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__(shape)
        self.text = TextEmbedding(shape)
        self.visual = VisualEmbedding(shape)
        self.knowledge = KnowledgeEmbedding(shape, self.text.words)
        self.own = nn.ModuleList(OwnPaths(shape) for _ in range(shape.self_layers))
        self.cross = nn.ModuleList(CrossPaths(shape) for _ in range(shape.cross_layers))
        self.prefixes = nn.ModuleDict({str(level): VisualPrefix(shape) for level in shape.prefix_levels})
        self.fusion = Fusion(shape, parts=3)
        self.decoder = Decoder(shape)

    def forward(self, batch: Tensors) -> Tensor:
        """Returns scores float [B, relations]."""
        return self._read(batch)[0]

    def loss(self, batch: Tensors) -> Tensor:
        """Returns cross-entropy, with the alignment loss if the shape weighs it."""
        scores, text, visual = self._read(batch)
        loss = functional.cross_entropy(scores, batch.labels)
        if not self.shape.alignment:
            return loss
        return loss + self.shape.alignment * alignment_loss(text[batch.seen], visual[batch.seen])

    def _read(self, batch: Tensors) -> tuple[Tensor, Tensor, Tensor]:
        """Returns scores, and the pooled text and picture features after the own paths."""
        visual, visual_mask = self.visual(batch)
        knowledge, knowledge_mask = self.knowledge(batch)
        states = States(self.text(batch), batch.text, visual, visual_mask, knowledge, knowledge_mask)
        for level, layer in enumerate(self.own):
            prefix = self.prefixes[str(level)](states) if level in self.shape.prefix_levels else None
            states = layer(states, prefix)
        apart = pooled(states.text, states.text_mask), pooled(states.visual, states.visual_mask)
        for layer in self.cross:
            states = layer(states)
        return self.decoder(self.fusion(self._pair(batch, states)), states), *apart

    def _pair(self, batch: Tensors, states: States) -> list[Tensor]:
        """Returns the features of the pair from text, picture and knowledge: float [B, width] each."""
        mention = pooled(states.text, batch.roles == Role.MENTION)
        other = pooled(states.text, batch.roles == Role.OTHER_END)
        is_object = (batch.target >= 0)[:, None]
        end = torch.where(is_object, at(states.visual, batch.target), other)
        return [mention, end, pooled(states.knowledge, batch.node_kinds == Node.MENTION)]
