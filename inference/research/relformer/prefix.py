"""Multi-level visual cues: the picture's states of a level are a prefix of the text at that level."""

from torch import Tensor, nn

from inference.object_relations.shape import RelFormerShape
from inference.research.relformer.encoder import States


class VisualPrefix(nn.Module):
    """The picture's states of a level, projected and weighed by a gate that each level learns for itself.

    The prefix is further memory of the text's self-attention: keys and values, never queries (after the visual prefix
    of Chen et al. 2022). Without a picture it is masked, so that the text's path is then just what it is without one.
    """

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__()
        self.project = nn.Linear(shape.width, shape.width)
        self.gate = nn.Linear(shape.width, 1)

    def forward(self, states: States) -> tuple[Tensor, Tensor]:
        """Returns the prefix float [B, P, width] and its mask bool [B, P]."""
        return self.project(states.visual) * self.gate(states.visual).sigmoid(), states.visual_mask
