"""CNN-LSTM: the words through an LSTM, the picture and the object through a CNN, concatenated."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from inference.object_relations.batch import Role
from inference.object_relations.shape import RelFormerShape
from inference.research.relformer.attention import HIDDEN
from inference.research.relformer.embeddings import TextEmbedding
from inference.research.relformer.encoder import at, pooled
from inference.research.relformer.model import RelationModel
from inference.research.relformer.tensors import Tensors


class CnnLstm(RelationModel):
    """Features of each modality concatenated, without attention between them."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__(shape)
        self.text = TextEmbedding(shape)
        self.lstm = nn.LSTM(shape.width, shape.width // 2, batch_first=True, bidirectional=True)
        self.cnn = nn.Sequential(
            nn.Conv2d(3, shape.width // 2, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(shape.width // 2, shape.width, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.relations = nn.Sequential(
            nn.Linear(5 * shape.width, shape.width),
            nn.ReLU(),
            nn.Dropout(shape.dropout),
            nn.Linear(shape.width, shape.relations),
        )

    def forward(self, batch: Tensors) -> Tensor:
        """Returns scores float [B, relations]."""
        words = self._words(batch)
        strongest = words.masked_fill(~batch.text[:, :, None], HIDDEN).amax(dim=1)
        ends = [pooled(words, batch.roles == role) for role in (Role.MENTION, Role.OTHER_END)]
        seen = batch.seen[:, None]
        picture = self.cnn(batch.picture) * seen
        region = self.cnn(at(batch.crops, batch.target)) * (seen & (batch.target >= 0)[:, None])
        return self.relations(torch.cat([strongest, *ends, picture, region], dim=1))

    def _words(self, batch: Tensors) -> Tensor:
        """Returns float [B, T, width]; what may not be read is zero, and what is beyond a text is no step."""
        places = torch.arange(1, batch.ids.shape[1] + 1, device=batch.ids.device)
        lengths = (batch.text * places).amax(dim=1).cpu()
        x = self.text(batch) * batch.text[:, :, None]
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=batch.ids.shape[1])[0]
