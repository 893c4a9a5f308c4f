"""Through a real Triton texts have the vectors that they have in this process."""

import json

import numpy as np
import pytest

from inference.text_embedding.client import EMBEDDING_MODEL, EmbeddingClient
from inference.text_embedding.pieces import SentencePieces
from inference.triton.served_code import served_code
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live

MODELS = REPOSITORY / "triton_models"
FOLDER = MODELS / EMBEDDING_MODEL / "1"
TEXTS = ["Rotterdam (location)", "Sanae Takaichi (person)", "", "a longer text about nothing " * 20]


async def test_vectors_through_triton_are_those_of_this_process(triton):
    client = EmbeddingClient(triton, MODELS, timeout=60)
    vectors = await client.vectors(TEXTS)
    await client.close()
    served = served_code(FOLDER, "embedder")
    pieces = SentencePieces(FOLDER / "tokenizer.json").of(TEXTS)
    embedder = served.Embedder(json.loads((FOLDER / "labels.json").read_text()), served.session(FOLDER, 1))
    expected = embedder.vectors(np.array([i for text in pieces for i in text]), np.array([len(p) for p in pieces]))
    assert vectors == pytest.approx(expected, abs=1e-3)
