"""Sizes of the session model, and how its encoders learn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionShape:
    """Sizes of a model.

    Attributes:
        width: Of an item's vector.
        interests: Interest graphs (k).
        steps: Rounds of messages in each graph.
        layers: Layers of cross-attention between an item's modalities; read where there are two of them.
        heads: Heads of each; they divide the width.
        dropout: Of modality vectors after their maps, and of sessions.
        sharpness: Weight of an inner product of two items before training.
        links: Whether it reads in how many earlier sessions candidates occur together with the nodes.
        graphs: Whether it reads the session graphs; without them only the last item counts.
        counts: Weight before training of the logarithm of how often a candidate was named with the story's items; None
            to leave the counts out.
    """

    width: int = 128
    interests: int = 4
    steps: int = 1
    layers: int = 1
    heads: int = 4
    dropout: float = 0.1
    sharpness: float = 1.0
    links: bool = True
    graphs: bool = True
    counts: float | None = None
