"""Sizes of the session model, and how its encoders learn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionShape:
    """What a model is made of.

    Attributes:
        width: Of an item's vector.
        interests: Interest graphs (k).
        steps: Rounds of messages in each graph.
        layers: Layers of cross-attention between an item's modalities; read where there are two of them.
        heads: Heads of each; they divide the width.
        dropout: Of modality vectors after their maps, and of sessions.
        sharpness: What an inner product of two items weighs before training.
        links: Whether it reads in how many earlier sessions candidates stand beside the nodes.
        graphs: Whether it reads the session graphs at all; without them the last item alone speaks.
        counts: What the logarithm of how often a candidate stood beside the story's items weighs before training; None
            for not reading it.
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
