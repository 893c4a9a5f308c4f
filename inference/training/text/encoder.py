"""A small BERT encoder in plain torch, whose word embeddings also carry how the word is written.

Written out rather than taken from a library so that training, the legacy ONNX export and the shipped graph are the same
few lines. It starts from the first layers of a published checkpoint: e5-small-v2's for the text model (decision 0044),
MiniLM-L6's for the models that compare texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

MASK_ID = 103
"""[MASK] in MiniLM's vocabulary."""
SPECIAL_IDS = (101, 102)
"""[CLS] and [SEP]."""


@dataclass(frozen=True)
class EncoderShape:
    """Sizes of the encoder; the defaults are MiniLM-L6's, and those of e5-small-v2's first six layers.

    Dropout falls on the embeddings and on the last layer only: within the layers, drawing its masks took a fifth of a
    training step on a CPU.
    """

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    cases: int = 8
    dropout: float = 0.1


class Attention(nn.Module):
    """Multi-head self-attention."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query = nn.Linear(shape.width, shape.width)
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)
        self.output = nn.Linear(shape.width, shape.width)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """Returns [B, P, width]; `bias` [B, 1, 1, P] is added to the attention scores."""
        batch, pieces, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, pieces, self.heads, width // self.heads).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        if torch.onnx.is_in_onnx_export():
            scores = query @ key.transpose(2, 3) * (width // self.heads) ** -0.5
            mixed = torch.softmax(scores if bias is None else scores + bias, dim=-1) @ value
        else:
            mixed = functional.scaled_dot_product_attention(query, key, value, bias)
        return self.output(mixed.transpose(1, 2).reshape(batch, pieces, width))


class Layer(nn.Module):
    """One post-norm transformer layer."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.attention = Attention(shape)
        self.attention_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.intermediate = nn.Linear(shape.width, shape.inner)
        self.output = nn.Linear(shape.inner, shape.width)
        self.output_norm = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """Returns [B, P, width]."""
        x = self.attention_norm(x + self.attention(x, bias))
        return self.output_norm(x + self.output(functional.gelu(self.intermediate(x))))


class Encoder(nn.Module):
    """Pieces and their case classes to contextual vectors."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.cases = nn.Embedding(shape.cases, shape.width)
        nn.init.zeros_(self.cases.weight)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor | None = None) -> Tensor:
        """Returns float [B, P, width].

        Args:
            ids: int [B, P].
            cases: int [B, P].
            mask: bool [B, P], true on pieces, false on padding; None where there is no padding.
        """
        x = self.dropout(self.embedded(ids, cases))
        bias = without_padding(mask, x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def embedded(self, ids: Tensor, cases: Tensor) -> Tensor:
        """Returns float [B, P, width] that the first layer reads, without dropout."""
        embedded: Tensor = self.norm(self.words(ids) + self.cases(cases) + self.positions.weight[: ids.shape[1]])
        return embedded

    def load_minilm(self, path: Path) -> None:
        """Takes the weights of a published BERT checkpoint (`model.safetensors`).

        Raises:
            KeyError: It's no BERT checkpoint.
        """
        self.take(load_file(path))

    def take(self, given: Mapping[str, Tensor]) -> None:
        """Takes the weights of a BERT checkpoint by their published names; layers beyond this encoder's are left out.

        Raises:
            KeyError: It's no BERT checkpoint.
        """
        mine = {
            "words.weight": given["embeddings.word_embeddings.weight"],
            # Every piece is of the first segment: its vector belongs to the position's.
            "positions.weight": given["embeddings.position_embeddings.weight"]
            + given["embeddings.token_type_embeddings.weight"][0],
            "cases.weight": self.cases.weight.detach(),
            "norm.weight": given["embeddings.LayerNorm.weight"],
            "norm.bias": given["embeddings.LayerNorm.bias"],
        }
        for i in range(len(self.layers)):
            for ours, theirs in _LAYER_NAMES.items():
                for part in ("weight", "bias"):
                    mine[f"layers.{i}.{ours}.{part}"] = given[f"encoder.layer.{i}.{theirs}.{part}"]
        self.load_state_dict(mine)


def without_padding(mask: Tensor | None, dtype: torch.dtype) -> Tensor | None:
    """Returns float [B, 1, 1, P] that, added to attention scores, hides padding; None if there is none."""
    return None if mask is None else (~mask)[:, None, None, :].to(dtype) * -1e4


_LAYER_NAMES = {
    "attention.query": "attention.self.query",
    "attention.key": "attention.self.key",
    "attention.value": "attention.self.value",
    "attention.output": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
    "output_norm": "output.LayerNorm",
}
