"""The models by name: the contrastive one, what its paper compares it with, and the classics."""

from collections.abc import Callable
from functools import partial
from typing import Any

from torch.nn.init import normal_

from inference.research.graph_completion.comparators.mose import Mose
from inference.research.graph_completion.comparators.mr_mkg import MrMkg
from inference.research.graph_completion.comparators.otkge import Otkge
from inference.research.graph_completion.comparators.published import Published
from inference.research.graph_completion.comparators.tsam import Tsam
from inference.research.graph_completion.link_model import LinkModel
from inference.research.graph_completion.model import ContrastiveGraph
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph

Maker = Callable[[KnowledgeGraph, GraphShape], LinkModel]


def _published(graph: KnowledgeGraph, shape: GraphShape, name: str) -> LinkModel:
    options: dict[str, Any] = {"embedding_dim": shape.rank if name in ("complex", "rotate") else shape.width}
    if name == "complex":
        # Numbers of size one, as PyKEEN starts it, take many epochs to unlearn: 0.014 MRR where ours starts at 0.1.
        options |= dict.fromkeys(("entity_initializer", "relation_initializer"), partial(normal_, std=shape.start))
    if name == "compgcn":
        options["encoder_kwargs"] = {"num_layers": 1}
    return Published(graph, shape, name, drawn=name in ("transe", "rotate"), **options)


MODELS: dict[str, Maker] = {
    **{name: partial(_published, name=name) for name in ("transe", "distmult", "complex", "rotate", "compgcn")},
    "mose": Mose,
    "mr-mkg": MrMkg,
    "otkge": Otkge,
    "tsam": Tsam,
    "contrastive": ContrastiveGraph,
}

TITLES = {
    "transe": "TransE",
    "distmult": "DistMult",
    "complex": "ComplEx",
    "rotate": "RotatE",
    "compgcn": "CompGCN",
    "mose": "MoSE (idea)",
    "mr-mkg": "MR-MKG (idea)",
    "otkge": "OTKGE (idea)",
    "tsam": "TSAM (idea)",
    "contrastive": "contrastive graph",
}
