"""The joint model: one encoder pass, a mention head, a pair head and a trigger head; and the losses that train it."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.text import tags
from inference.training.text.batches import Batch
from inference.training.text.crf import PartialCrf
from inference.training.text.encoder import Encoder, EncoderShape
from inference.training.text.happenings import UNKNOWN
from inference.training.text.outputs import outputs_of
from inference.training.text.pairs import PairHead, PairShape
from inference.training.text.trigger_head import TriggerHead
from topology.ontology import Ontology


@dataclass(frozen=True)
class Losses:
    """Losses of a batch.

    Attributes:
        mentions: Per word; triggers are mentions too.
        relations: Per judged pair; roles are columns too.
        modality: Per stated fact.
        classes: Per trigger.
        trigger_modality: Per trigger.
    """

    mentions: Tensor
    relations: Tensor
    modality: Tensor
    classes: Tensor
    trigger_modality: Tensor


class JointModel(nn.Module):
    """Encoder, CRF mention head, pair head, and a trigger head if there are happenings."""

    def __init__(self, types: int, columns: int, encoder: EncoderShape, pairs: PairShape, *, classes: int = 0) -> None:
        """Starts untrained.

        Args:
            types: Types of mentions.
            columns: Columns of the pair head: relations and roles.
            encoder: Sizes of the encoder.
            pairs: Sizes of the pair head.
            classes: Classes of happenings.
        """
        super().__init__()
        self.encoder = Encoder(encoder)
        self.emissions = nn.Linear(encoder.width, tags.count(types))
        self.crf = PartialCrf(types)
        self.pairs = PairHead(encoder.width, types, columns, pairs)
        self.triggers = TriggerHead(encoder.width, classes) if classes else None
        self.dropout = nn.Dropout(encoder.dropout)

    @classmethod
    def of(cls, ontology: Ontology, encoder: EncoderShape, pairs: PairShape) -> Self:
        """Returns an untrained model of an ontology."""
        outputs = outputs_of(ontology)
        return cls(len(outputs.types), outputs.columns, encoder, pairs, classes=len(outputs.classes))

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
        modality = torch.stack(modalities).sum() / stated if stated else nothing
        return Losses(mentions, relations, modality, *self._of_triggers(words, batch.triggers))

    def _of_triggers(self, words: Tensor, triggers: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the losses of classes and modalities; the triggers are int [H, 5], as in `Batch.triggers`."""
        nothing = words.new_zeros(())
        if self.triggers is None or not len(triggers):
            return nothing, nothing
        row, first, last, kind, modality = triggers.unbind(1)
        flat = words.flatten(0, 1)
        classes, modalities = self.triggers(flat, row * words.shape[1] + first, row * words.shape[1] + last)
        return tuple(
            functional.cross_entropy(scores[said], wanted[said]) if (said := wanted != UNKNOWN).any() else nothing
            for scores, wanted in ((classes, kind), (modalities, modality))
        )


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
