"""From a question's graphs to a score for each candidate."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.next_entity.counts import Counts
from inference.training.next_entity.gated_graph import GatedGraph
from inference.training.next_entity.graphs import Graphs
from inference.training.next_entity.interests import Interests
from inference.training.next_entity.shape import SessionShape

UNLIKELY = -2.0
"""Log-odds of any candidate before training."""
TIES = 0.05
"""Weight of a candidate's frequency against its counts before training: hardly more than a tie-breaker."""
RARE = -8.0
"""The same where counts are read: of thousands of items one is next, and the counts name the few that may be."""


class SessionNetwork(nn.Module):
    """Historical and current interest graphs, a session vector for each interest, and scores of candidates."""

    def __init__(self, shape: SessionShape, relations: int = 1) -> None:
        """Makes a network that starts as the inner product of the last item and the candidate.

        If it reads counts, it starts as their ranking plus that product.

        Args:
            shape: Sizes.
            relations: Kinds of question.
        """
        super().__init__()
        width = shape.width
        self.shape = shape
        self.interests = Interests(width, shape.interests)
        self.current = GatedGraph(width, shape.steps)
        self.history = GatedGraph(width, shape.steps)
        self.both = nn.Linear(2 * width, width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width, bias=False)
        self.weight = nn.Linear(width, 1, bias=False)
        self.session = nn.Linear(2 * width, width)
        nn.init.zeros_(self.session.weight)
        nn.init.zeros_(self.session.bias)
        self.relation = nn.Embedding(relations, width)
        nn.init.ones_(self.relation.weight)
        self.sharpness = nn.Parameter(torch.tensor(float(shape.sharpness)))
        self.dropout = nn.Dropout(shape.dropout)
        self.trust = nn.Linear(2 * width, 1)
        counted = shape.counts if shape.links and shape.graphs else None
        read = _EVIDENCE + (counted is not None)
        self.evidence = nn.Linear(read, 1)
        self.mixed = nn.Sequential(nn.Linear(read, 16), nn.GELU(), nn.Linear(16, 1))
        for start in (self.evidence, self.mixed[-1]):
            nn.init.zeros_(start.weight)
            nn.init.zeros_(start.bias)
        # Most candidates are wrong: otherwise the first steps push down all frequent items, right or wrong.
        nn.init.constant_(self.evidence.bias, UNLIKELY if counted is None else RARE)
        self.counts = None if counted is None else Counts(2 * width)
        if counted is not None:
            with torch.no_grad():
                # Among candidates named with the story's items equally often, the more frequent one is first.
                self.evidence.weight[0, -2:] = counted * torch.tensor([TIES, 1.0])

    def forward(self, nodes: Tensor, candidates: Tensor, graphs: Graphs) -> Tensor:
        """Returns the log-odds of each candidate, [B, C].

        Args:
            nodes: The nodes' vectors, [B, N, width].
            candidates: The candidates', [B, C, width].
            graphs: The rest of the questions.
        """
        # Not by index: an export would keep the number of questions that it was traced with.
        places = torch.arange(nodes.shape[1], device=nodes.device)
        own = (places[None] == graphs.last[:, None]).to(nodes.dtype)
        last = (nodes * own[..., None]).sum(1)
        base = last * self.relation(graphs.relation)
        if not self.shape.graphs:
            scores = self.sharpness * (candidates @ base[:, :, None])[..., 0]
            return scores + self.evidence.bias
        there = graphs.mask.to(nodes.dtype)
        belongs = self.interests(nodes) * there[..., None]
        together = belongs @ belongs.transpose(1, 2)
        states = torch.cat(
            [self.current(nodes, graphs.current, together), self.history(nodes, graphs.history, together)], dim=-1
        )
        states = self.dropout(torch.tanh(self.both(states)))
        # A weight for each node, as SR-GNN's equation 6; summed interest by interest.
        asked = torch.sigmoid(self.query(last)[:, None] + self.key(states))
        spoken = self.weight(asked) * states
        heard = belongs.transpose(1, 2) @ spoken
        sessions = base[:, None] + self.session(torch.cat([last[:, None].expand_as(heard), heard], dim=-1))
        scores = self.sharpness * candidates @ sessions.transpose(1, 2)
        # The best interest for a candidate decides, among those that the session has.
        had = torch.log(belongs.amax(1) + 1e-6)
        scores = (torch.softmax(scores + had[:, None], dim=-1) * scores).sum(-1)
        evidence = self._evidence(scores, states, own, last, graphs)
        found: Tensor = scores + (self.evidence(evidence) + self.mixed(evidence))[..., 0]
        return found

    def _evidence(self, scores: Tensor, states: Tensor, own: Tensor, last: Tensor, graphs: Graphs) -> Tensor:
        """Returns the further evidence for a candidate: float [B, C, _EVIDENCE], or one more with counts."""
        if not self.shape.links:
            return torch.cat([scores[..., None], scores.new_zeros(*scores.shape, _EVIDENCE - 1)], dim=-1)
        links = torch.log1p(graphs.links) * graphs.mask.to(scores.dtype)[:, None]
        known = torch.cat([states, last[:, None].expand_as(states)], dim=-1)
        trusted = functional.softplus(self.trust(known))
        found = [
            scores,
            (links @ own[..., None])[..., 0],
            links.sum(-1),
            (links @ trusted)[..., 0],
            torch.log1p(graphs.seen),
        ]
        if self.counts is not None:
            found.append(self.counts(known, own, graphs))
        return torch.stack(found, dim=-1)


_EVIDENCE = 5
"""The score; links with the last item, with all nodes, and with each node by its weight; how often it was seen.

Then, where they are read, the counts."""
