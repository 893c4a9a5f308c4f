"""Tables kept in half precision: a file of weights half as large, which computes in single precision as before."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_LARGE = 2048
"""Tables with more numbers than this are kept in half precision."""


def keep_in_half(path: Path) -> None:
    """Keeps a file's large tables in half precision; the server turns them back once, when it opens the file."""
    model = onnx.load(path)
    casts = []
    for one in model.graph.initializer:
        if one.data_type == TensorProto.FLOAT and np.prod(one.dims) > _LARGE:
            half = numpy_helper.from_array(numpy_helper.to_array(one).astype(np.float16), f"{one.name}.half")
            casts.append(helper.make_node("Cast", [half.name], [one.name], to=TensorProto.FLOAT))
            one.CopyFrom(half)
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    onnx.save(model, path)
