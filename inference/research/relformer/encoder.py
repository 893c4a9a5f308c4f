"""RelModule: layers in which each modality attends to itself, then layers in which they also attend to each other."""

from dataclasses import dataclass

from torch import Tensor, nn

from inference.object_relations.shape import RelFormerShape
from inference.research.relformer.attention import CrossAttention, SelfLayer


@dataclass(frozen=True)
class States:
    """Each modality's states float [B, n, width], and what of them is there, bool [B, n]."""

    text: Tensor
    text_mask: Tensor
    visual: Tensor
    visual_mask: Tensor
    knowledge: Tensor
    knowledge_mask: Tensor


class OwnPaths(nn.Module):
    """One layer of self-attention for each modality, apart from the others (equation 1)."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__()
        self.text = SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout)
        self.visual = SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout)
        self.knowledge = SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout)

    def forward(self, states: States, prefix: tuple[Tensor, Tensor] | None = None) -> States:
        """Returns the next states; `prefix` is further memory for the text."""
        return States(
            self.text(states.text, states.text_mask, prefix),
            states.text_mask,
            self.visual(states.visual, states.visual_mask),
            states.visual_mask,
            self.knowledge(states.knowledge, states.knowledge_mask),
            states.knowledge_mask,
        )


class CrossPaths(nn.Module):
    """One of the upper layers: each modality's own path, then text with picture and text with knowledge, both ways.

    Equations 2 and 3 are read as the paper's text explains them: the query keeps its residual. (As printed, the
    residual would have another length than what it is added to.)
    """

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__()
        self.own = OwnPaths(shape)
        self.text_visual = CrossAttention(shape.width, shape.heads, shape.dropout)
        self.visual_text = CrossAttention(shape.width, shape.heads, shape.dropout)
        self.text_knowledge = CrossAttention(shape.width, shape.heads, shape.dropout)
        self.knowledge_text = CrossAttention(shape.width, shape.heads, shape.dropout)

    def forward(self, before: States) -> States:
        """Returns the next states."""
        own = self.own(before)
        seen = self.text_visual(own.text, own.visual, own.visual_mask)
        return States(
            self.text_knowledge(seen, own.knowledge, own.knowledge_mask),
            own.text_mask,
            self.visual_text(own.visual, own.text, own.text_mask),
            own.visual_mask,
            self.knowledge_text(own.knowledge, own.text, own.text_mask),
            own.knowledge_mask,
        )


def pooled(states: Tensor, mask: Tensor) -> Tensor:
    """Returns the mean of what is there, float [B, width]; zero where nothing is."""
    weights = mask[:, :, None].to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def at(states: Tensor, index: Tensor) -> Tensor:
    """Returns one state of each row, float [B, …] of [B, n, …]; the row's first where the index is negative."""
    # Not by indexing with a range of rows: an exported graph would keep the batch's size.
    place = index.clamp(min=0).view(-1, *[1] * (states.dim() - 1)).expand(-1, 1, *states.shape[2:])
    return states.gather(1, place).squeeze(1)
