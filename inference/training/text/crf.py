"""A linear-chain CRF that learns from partial labels (Tsuboi et al. 2008, "fuzzy CRF").

The loss of a sentence is log Z minus the log of the summed weight of every tag path that agrees with the annotation, so
a word whose label is unknown is not punished for any tag, and a span of unknown type only for not being a span.
"""

import torch
from torch import Tensor, nn

from inference.training.text import tags


class PartialCrf(nn.Module):
    """Transition scores with the BIO constraint built in."""

    allowed: Tensor

    def __init__(self, types: int) -> None:
        super().__init__()
        count = tags.count(types)
        self.transitions = nn.Parameter(torch.zeros(count + 1, count))
        self.register_buffer("allowed", torch.from_numpy(tags.allowed_transitions(types)), persistent=False)

    def scores(self) -> Tensor:
        """Returns float [T + 1, T]: transition scores; the last row is the start; forbidden moves at -10,000."""
        return self.transitions.masked_fill(~self.allowed, tags.FORBIDDEN)

    def forward(self, emissions: Tensor, allowed: Tensor, lengths: Tensor) -> Tensor:
        """Returns the loss of each sentence.

        Args:
            emissions: float [B, n, T].
            allowed: bool [B, n, T] tags that agree with the annotation.
            lengths: int [B] words of each sentence.

        Returns:
            float [B], at least 0.
        """
        emissions = emissions.float()
        fitting = emissions.masked_fill(~allowed, tags.FORBIDDEN)
        both = self._log_sum(torch.cat([emissions, fitting]), torch.cat([lengths, lengths]))
        everything, agreeing = both.chunk(2)
        return everything - agreeing

    def _log_sum(self, emissions: Tensor, lengths: Tensor) -> Tensor:
        """Returns float [B]: the log of the summed weights of all paths."""
        scores = self.scores()
        moves = scores[:-1].exp()
        alpha = scores[-1] + emissions[:, 0]
        for step in range(1, emissions.shape[1]):
            top = alpha.amax(dim=1, keepdim=True).detach()
            reached = torch.log(((alpha - top).exp() @ moves).clamp_min(1e-30)) + top
            alpha = torch.where((step < lengths)[:, None], reached + emissions[:, step], alpha)
        return torch.logsumexp(alpha, dim=1)
