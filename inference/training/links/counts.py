"""Counts about a pair: how often and when the two met, what other facts each has, and the facts between them."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.links.question import Question

MONTH = 30.0
PAIR = 14
"""Numbers of a pair that are the same in all roles."""
ROLE = 4
"""Numbers of a pair in one role."""


NEARLY_NEVER = -7.0


class Counts(nn.Module):
    """Scores a pair by its counts: linear in each role, plus a small network that all roles share."""

    def __init__(self, roles: int, hidden: int) -> None:
        super().__init__()
        self.roles = roles
        self.linear = nn.Parameter(torch.zeros(roles, PAIR))
        self.own = nn.Parameter(torch.zeros(ROLE))
        self.implied = nn.Parameter(torch.zeros(roles, roles))
        self.pair = nn.Linear(PAIR, hidden)
        self.role = nn.Embedding(roles, hidden)
        self.numbers = nn.Linear(ROLE, hidden, bias=False)
        self.out = nn.Linear(hidden, 1)
        # Hardly any of the facts that could be suggested arrives.
        nn.init.constant_(self.out.bias, NEARLY_NEVER)

    def forward(self, question: Question, asked: Tensor | None) -> Tensor:
        """Returns float [B, C, R], or [B, C] of one asked role, int [B]."""
        pair = pair_numbers(question)
        backwards = torch.arange(self.roles).roll(self.roles // 2)
        if asked is None:
            implied = question.known @ self.implied
            linear = pair @ self.linear.T
            mine, theirs = question.roles[:, None].expand_as(question.known), question.candidate_roles[..., backwards]
            shown = self.role.weight
            rows = self.pair(pair)[:, :, None]
        else:
            implied = (question.known @ self.implied.T[asked][:, :, None])[:, :, 0]
            linear = (pair @ self.linear[asked][:, :, None])[:, :, 0]
            mine = question.roles.gather(1, asked[:, None]).expand(-1, pair.shape[1])
            place = backwards[asked][:, None, None].expand(-1, pair.shape[1], 1)
            theirs = question.candidate_roles.gather(2, place)[:, :, 0]
            shown = self.role(asked)[:, None]
            rows = self.pair(pair)
        facts = question.candidate_roles.sum(dim=2)
        if asked is None:
            facts = facts[:, :, None]
        own = torch.stack(
            [torch.log1p(mine), torch.log1p(theirs), theirs / (1 + facts), (theirs > 0).to(theirs.dtype)], dim=-1
        )
        deep = self.out(functional.relu(rows + shown + self.numbers(own)))[..., 0]
        return implied + linear + own @ self.own + deep


def pair_numbers(question: Question) -> Tensor:
    """Returns float [B, C, PAIR]."""
    shared, together, days = question.met.unbind(dim=2)
    named_together = (together > 0).to(shared.dtype)
    between = question.known.sum(dim=2)
    facts = torch.log1p(question.candidate_roles.sum(dim=2))
    like = (question.entity[:, None] * question.candidates).sum(dim=2)
    asking = torch.stack([torch.log1p(question.roles.sum(dim=1)), *_activity(question.activity)], dim=1)
    own = asking[:, None].expand(-1, shared.shape[1], -1)
    parts = [
        torch.log1p(shared),
        torch.log1p(together),
        named_together,
        named_together * torch.exp(-days / MONTH),
        named_together * torch.exp(-days / (6 * MONTH)),
        (between > 0).to(shared.dtype),
        torch.log1p(between),
        like,
        facts,
        *_activity(question.candidate_activity),
    ]
    return torch.cat([torch.stack(parts, dim=2), own], dim=2)


def _activity(activity: Tensor) -> tuple[Tensor, Tensor]:
    return torch.log1p(activity[..., 0]), torch.exp(-activity[..., 1] / MONTH)
