"""The joint model: one encoder pass, a mention head and a pair head; and the losses that train it."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.text import tags
from inference.training.text.batches import Batch
from inference.training.text.crf import PartialCrf
from inference.training.text.encoder import Encoder, EncoderShape
from inference.training.text.pair_targets import UNKNOWN
from inference.training.text.pairs import PairHead, PairShape


@dataclass(frozen=True)
class Losses:
    """Loss of a batch: `mentions` per word, `relations` per judged pair, `modality` per stated fact."""

    mentions: Tensor
    relations: Tensor
    modality: Tensor


class JointModel(nn.Module):
    """Encoder, CRF mention head and pair head."""

    def __init__(self, types: int, relations: int, encoder: EncoderShape, pairs: PairShape) -> None:
        super().__init__()
        self.encoder = Encoder(encoder)
        self.emissions = nn.Linear(encoder.width, tags.count(types))
        self.crf = PartialCrf(types)
        self.pairs = PairHead(encoder.width, types, relations, pairs)
        self.dropout = nn.Dropout(encoder.dropout)

    def forward(self, batch: Batch) -> Losses:
        """Returns the losses of a batch."""
        with torch.autocast("cpu", torch.bfloat16, enabled=batch.bf16):
            hidden = self.encoder(batch.ids, batch.cases, batch.mask)
        hidden = self.dropout(hidden.float())
        words = hidden.gather(1, batch.word_pieces[:, :, None].expand(-1, -1, hidden.shape[2]))
        mentions = self.crf(self.emissions(words), batch.allowed, batch.words).sum() / batch.words.sum()
        losses, modalities = [], []
        pairs = stated = 0
        for task in batch.tasks:
            scores, modality = self.pairs(
                words[task.row, : task.words],
                task.first,
                task.last,
                task.pool,
                task.kinds,
                task.pairs,
                task.steps,
                task.spans,
                task.covers,
            )
            losses.append(adaptive_threshold_loss(scores, task.positive, task.known))
            pairs += len(scores)
            said = task.modality != UNKNOWN
            modalities.append(functional.cross_entropy(modality[said], task.modality[said], reduction="sum"))
            stated += int(said.sum())
        nothing = hidden.new_zeros(())
        relations = torch.stack(losses).sum() / pairs if losses else nothing
        return Losses(mentions, relations, torch.stack(modalities).sum() / stated if stated else nothing)


def adaptive_threshold_loss(scores: Tensor, positive: Tensor, known: Tensor) -> Tensor:
    """Returns the summed adaptive-threshold loss (Zhou et al. 2021) of pairs, over the relations that were decided on.

    Args:
        scores: float [K, R] relation scores minus the threshold's, so that the threshold class itself stands at 0.
        positive: bool [K, R] relations that hold: each competes with the threshold and should win.
        known: bool [K, R]: relations that were decided on; those known and not positive should lose to the threshold.
    """
    threshold = scores.new_zeros(len(scores), 1)
    winners = torch.cat([scores.masked_fill(~positive, tags.FORBIDDEN), threshold], dim=1)
    total = torch.logsumexp(winners, dim=1)
    first = ((total[:, None] - scores) * positive).sum()
    losers = torch.cat([scores.masked_fill(~known | positive, tags.FORBIDDEN), threshold], dim=1)
    return first + torch.logsumexp(losers, dim=1).sum()
