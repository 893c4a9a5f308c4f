"""The clients of the models that suggest, made from the settings."""

from inference.link_prediction.client import LinkClient
from inference.link_prediction.suggester import Suggester
from inference.text_embedding.client import EmbeddingClient
from topology.ontology import load_ontology
from topology.settings import Settings


def suggester(settings: Settings) -> Suggester:
    """Returns the suggester, which asks both models; opens nothing.

    Raises:
        OSError: The model repository lacks the sentence encoder.
        OntologyError: The ontology file is not valid.
    """
    requests, timeout = settings.inference_requests, settings.inference_timeout
    return Suggester(
        EmbeddingClient(settings.triton, settings.models, requests=requests, timeout=timeout),
        LinkClient(settings.triton, load_ontology(settings.ontology), requests=requests, timeout=timeout),
    )
