"""The encoder of the Chinese model: three layers of bge-small-zh, of which the last is trained, and LAC.

What the two lower layers and LAC say of a sentence never changes in training, so it is worked out once (`below`).
"""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from inference.text_extraction_zh.units import FEATURES
from inference.training.text.encoder import Encoder as Bert
from inference.training.text.encoder import EncoderShape, Layer
from inference.training.text_zh import lac
from inference.training.text_zh.start import Start

MAX_PIECES = 192
"""Most units of a window, with [CLS] and [SEP]."""
_LAYERS, _FIXED = 3, 2


@dataclass(frozen=True)
class Below:
    """What the layers that stay as they are say of units.

    Attributes:
        units: float [B, n, width] of the BERT.
        names: float [B, n, lac.WIDTH] of LAC.
    """

    units: Tensor
    names: Tensor


class Encoder(nn.Module):
    """Units to vectors [B, n, width] of the BERT, and [B, n, lac.WIDTH] of LAC."""

    def __init__(self, pieces: int, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        shape = EncoderShape(pieces, width, _LAYERS, heads, 4 * width, MAX_PIECES)
        self.words = nn.Embedding(pieces, width)
        self.positions = nn.Embedding(MAX_PIECES, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.lower = nn.ModuleList(Layer(shape) for _ in range(_FIXED))
        self.lac = lac.Lac(pieces)
        for part in (self.words, self.positions, self.norm, self.lower, self.lac):
            part.requires_grad_(requires_grad=False)
        self.features = nn.Embedding(FEATURES, width)
        nn.init.zeros_(self.features.weight)
        self.dropout = nn.Dropout(dropout)
        self.upper = nn.ModuleList(Layer(shape) for _ in range(_LAYERS - _FIXED))

    def forward(self, ids: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """Returns both vectors of each unit of sentences of one length.

        Args:
            ids: int [B, n].
            features: int [B, n].
        """
        below = self.below(ids)
        return self.above(below, features), below.names

    def below(self, ids: Tensor) -> Below:
        """Returns what never changes; without padding."""
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        for layer in self.lower:
            x = layer(x, None)
        return Below(x, self.lac(ids))

    def above(self, below: Below, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """Returns the vectors [B, n, width] of the units.

        Args:
            below: What `below` returns.
            features: int [B, n].
            mask: bool [B, n], true on units, false on padding; None where there is no padding.
        """
        x = self.dropout(below.units.float() + self.features(features))
        bias = None if mask is None else (~mask)[:, None, None, :].to(x.dtype) * -1e4
        # For sentences this short, the fused attention takes longer.
        with sdpa_kernel(SDPBackend.MATH):
            for layer in self.upper:
                x = layer(x, bias)
        return x.float()

    def take(self, given: Start) -> None:
        """Takes the published weights."""
        bert = Bert(
            EncoderShape(
                len(given.pieces),
                self.words.embedding_dim,
                _LAYERS,
                self.lower[0].attention.heads,
                self.lower[0].intermediate.out_features,
                MAX_PIECES,
            )
        )
        places = "embeddings.position_embeddings.weight"
        bert.take(given.bert | {places: given.bert[places][:MAX_PIECES]})
        for mine, theirs in ((self.words, bert.words), (self.positions, bert.positions), (self.norm, bert.norm)):
            mine.load_state_dict(theirs.state_dict())
        for mine, theirs in zip([*self.lower, *self.upper], bert.layers, strict=True):
            mine.load_state_dict(theirs.state_dict())
        self.lac.load_state_dict(given.lac)
