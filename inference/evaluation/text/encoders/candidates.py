"""The encoders to compare, and a model that starts from each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from inference.training.common.minilm import pretrained_folder
from inference.training.text.e5 import e5_weights
from inference.training.text.encoder import EncoderShape
from inference.training.text.model import JointModel
from inference.training.text.pairs import PairShape
from topology.ontology import Ontology

Weights = Callable[[Path], Mapping[str, Tensor]]
"""Returns published weights; takes the folder where downloads are kept."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoder to start from.

    Attributes:
        name: Of its folder.
        title: As the report calls it.
        layers: How many of its layers are taken, from the first on.
        weights: Its published weights.
    """

    name: str
    title: str
    layers: int
    weights: Weights

    def model(self, ontology: Ontology, seed: int, cache: Path) -> JointModel:
        """Returns the model as training starts; the heads are the same for every candidate.

        Args:
            ontology: Types and relations.
            seed: Of the heads.
            cache: Where downloads are kept.

        Raises:
            StackError: The encoder cannot be downloaded.
        """
        model = self.untrained(ontology, seed)
        model.encoder.take(self.weights(cache))
        return model

    def untrained(self, ontology: Ontology, seed: int = 0) -> JointModel:
        """Returns the model with random weights in the encoder."""
        torch.manual_seed(seed)
        heads = JointModel.of(ontology, EncoderShape(layers=1), PairShape()).state_dict()
        model = JointModel.of(ontology, EncoderShape(layers=self.layers), PairShape())
        mine = model.state_dict()
        model.load_state_dict(mine | {n: heads[n] for n in mine if not n.startswith("encoder.")})
        return model


def _minilm(_: Path) -> Mapping[str, Tensor]:
    weights: Mapping[str, Tensor] = load_file(pretrained_folder() / "model.safetensors")
    return weights


CANDIDATES = (
    Candidate("e5-6", "e5-small-v2, first 6 layers", 6, e5_weights),
    Candidate("e5-8", "e5-small-v2, first 8 layers", 8, e5_weights),
    Candidate("e5-12", "e5-small-v2, all 12 layers", 12, e5_weights),
    Candidate("minilm-6", "MiniLM-L6", 6, _minilm),
)
