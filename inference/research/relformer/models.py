"""The models by name: RelFormer, and what its paper compares it with."""

from inference.research.relformer.comparators.cnn_lstm import CnnLstm
from inference.research.relformer.comparators.moreformer import MoreFormer
from inference.research.relformer.comparators.scene_graph import BertSceneGraph
from inference.research.relformer.comparators.single_stream import SingleStream
from inference.research.relformer.model import RelationModel, RelFormer

MODELS: dict[str, type[RelationModel]] = {
    "cnn-lstm": CnnLstm,
    "bert-scene-graph": BertSceneGraph,
    "visualbert": SingleStream,
    "moreformer": MoreFormer,
    "relformer": RelFormer,
}
"""In the order of the paper's Table 1."""

TITLES = {
    "cnn-lstm": "CNN-LSTM",
    "bert-scene-graph": "BERT + scene graph",
    "visualbert": "VisualBERT (single stream)",
    "moreformer": "MOREformer",
    "relformer": "RelFormer",
}
