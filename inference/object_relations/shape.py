"""The sizes of RelFormer, and two named presets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True)
class RelFormerShape:
    """Sizes of the model. Defaults are the paper's: 8 layers of self-attention, 4 with cross-attention.

    Attributes:
        vocabulary: Word (or word piece) ids; 0 is padding.
        relations: Classes, "none" included.
        text_features: Width of precomputed word vectors that replace the word embeddings; 0 for embeddings.
        object_features: Width of precomputed object vectors that replace the picture's pixels; 0 for pixels.
        positions: Longest text, in ids.
        width: Width of all states.
        heads: Attention heads.
        inner: Width within a layer's perceptron.
        self_layers: Layers in which each modality attends to itself (the paper's layers 1-8).
        cross_layers: Layers with cross-attention as well (9-12).
        decoder_layers: Layers of the decoder over (mention, object) pairs.
        gat_layers: Layers of graph attention before the knowledge's Transformer.
        picture: Side of the picture that the grid is cut from, in pixels.
        crop: Side of an object's region, in pixels.
        patch: Side of a patch of either, in pixels.
        dropout: Share of activations dropped in training.
        prefix_levels: Self-attention layers of the text (from 0) that also read the picture as a visual prefix.
        alignment: Weight of the loss that draws the distributions of text and picture features together.
    """

    vocabulary: int
    relations: int
    text_features: int = 0
    object_features: int = 0
    positions: int = 128
    width: int = 768
    heads: int = 12
    inner: int = 3072
    self_layers: int = 8
    cross_layers: int = 4
    decoder_layers: int = 1
    gat_layers: int = 2
    picture: int = 224
    crop: int = 64
    patch: int = 16
    dropout: float = 0.1
    prefix_levels: tuple[int, ...] = ()
    alignment: float = 0.0

    @classmethod
    def of(cls, sizes: Mapping[str, Any]) -> Self:
        """Returns the shape of sizes read from JSON.

        Raises:
            TypeError: It has an unknown size.
            KeyError: `prefix_levels` is missing.
        """
        return cls(**{**sizes, "prefix_levels": tuple(sizes["prefix_levels"])})

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise ValueError(f"a width of {self.width} cannot be shared by {self.heads} heads")
        if self.picture % self.patch or self.crop % self.patch:
            raise ValueError(
                f"pictures of {self.picture} and {self.crop} pixels cannot be cut into patches of {self.patch}"
            )
        if any(not 0 <= level < self.self_layers for level in self.prefix_levels):
            raise ValueError(f"prefix levels {self.prefix_levels} must lie in 0..{self.self_layers - 1}")


PAPER = RelFormerShape(vocabulary=30_522, relations=21)
"""12 layers of width 768 over word pieces, 224-pixel pictures and 64-pixel regions: needs a GPU."""

SMALL = replace(
    PAPER,
    width=64,
    heads=4,
    inner=128,
    self_layers=2,
    cross_layers=1,
    gat_layers=1,
    picture=32,
    crop=8,
    patch=8,
    dropout=0.0,
)
"""The same architecture, small enough to train on one core in minutes."""

PRESETS = {"paper": PAPER, "small": SMALL}
