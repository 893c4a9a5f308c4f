"""Sizes and weights of the graph model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GraphShape:
    """What a model is made of, and how its losses weigh.

    Attributes:
        rank: Complex numbers in an entity's vector; it is twice as wide in real ones.
        heads: Attention heads over the neighbourhood.
        neighbours: Neighbours read of an entity in training; 0 for no attention over the neighbourhood.
        wide: Neighbours read when ranking.
        own: Whether each entity has a vector of its own besides its modalities.
        bilinear: Whether ComplEx's product is part of the relation classifier.
        classifier: Whether the pair vector's linear form is.
        dropout: Of modality vectors after their linear maps, and of the neighbourhood.
        temperature: Of the contrastive loss.
        contrast: Weight of the contrastive loss.
        relation: Weight of the relation loss.
        pairs: Pairs of a batch on which the relation loss is taken at most.
        drawn: Entities drawn for each batch that stand for all wrong answers; 0 for all.
        norm: Weight of the nuclear 3-norm.
        start: Scale of the vectors before training.
    """

    rank: int = 256
    heads: int = 4
    neighbours: int = 16
    wide: int = 64
    own: bool = True
    bilinear: bool = True
    classifier: bool = True
    dropout: float = 0.2
    temperature: float = 0.1
    contrast: float = 0.1
    relation: float = 1.0
    pairs: int = 512
    drawn: int = 0
    norm: float = 0.05
    start: float = 1e-2

    @property
    def width(self) -> int:
        """Real numbers in an entity's vector."""
        return 2 * self.rank
