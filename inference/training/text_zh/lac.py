"""LAC's two recurrent layers, which know names from far more text than we may train on. They stay as published."""

import torch
from torch import Tensor, nn

EMBEDDED, HIDDEN = 128, 128
WIDTH = 2 * HIDDEN


class Lac(nn.Module):
    """Pieces of sentences with [CLS] and [SEP], int [B, n], to vectors [B, n, WIDTH]."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, EMBEDDED)
        self.gru = nn.GRU(EMBEDDED, HIDDEN, 2, batch_first=True, bidirectional=True)
        self.requires_grad_(requires_grad=False)

    def forward(self, ids: Tensor) -> Tensor:
        """Returns the vectors of sentences of one length; those of [CLS] and [SEP], which LAC never saw, are zero."""
        found = self.gru(self.words(ids[:, 1:-1]))[0]
        ends = torch.zeros_like(found[:, :1])
        return torch.cat([ends, found, ends], dim=1)
