"""The shared space: linear maps of an entity's modalities, added up; a missing modality adds exactly nothing."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.training.links.knowledge_graph import Modality
from inference.training.links.layers.contrast import View


class Fusion(nn.Module):
    """h_M = Σ W_k h_k over the modalities k that an entity has: the paper's W_T h_T + W_V h_V.

    The encoders' vectors are frozen buffers, which no checkpoint holds. In training a modality of an entity is dropped
    at random, so that the model learns to do without it.
    """

    def __init__(self, modalities: Mapping[str, Modality], width: int, scale: float, dropout: float) -> None:
        """Makes the maps, their outputs at first as long as `scale` a number."""
        super().__init__()
        self.kinds = tuple(sorted(modalities))
        self.dropout = dropout
        self.maps = nn.ModuleDict()
        for kind in self.kinds:
            given = torch.tensor(modalities[kind].vectors)
            present = torch.tensor(modalities[kind].present)
            self.register_buffer(f"vectors_{kind}", given, persistent=False)
            self.register_buffer(f"present_{kind}", present, persistent=False)
            self.maps[kind] = nn.Linear(given.shape[1], width, bias=False)
            long = given[present].norm(dim=1).mean() if present.any() else torch.ones(())
            nn.init.normal_(self.maps[kind].weight, std=scale / max(float(long), 1e-6))

    def views(self, entity: Tensor) -> dict[str, View]:
        """Returns each modality's view of entities, int [B], in the shared space."""
        views = {}
        for kind in self.kinds:
            given = View(getattr(self, f"vectors_{kind}")[entity], getattr(self, f"present_{kind}")[entity])
            views[kind] = self.shown(kind, given)
        return views

    def shown(self, kind: str, given: View) -> View:
        """Returns a view in the shared space of an encoder's vectors, of whatever entities they are."""
        return View(self.maps[kind](given.vectors) * given.present[..., None], given.present)

    def forward(self, views: Mapping[str, View]) -> Tensor:
        """Returns the sum of the views, float [B, width]."""
        kept = [view.vectors * self._kept(view) for view in views.values()]
        return torch.stack(kept).sum(dim=0)

    def _kept(self, view: View) -> Tensor | float:
        if not (self.training and self.dropout):
            return 1.0
        return (torch.rand(len(view.vectors), 1) >= self.dropout).to(view.vectors.dtype)
