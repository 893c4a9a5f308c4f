"""The client of the detection model on Triton. Pictures of similar size share a request."""

from collections.abc import Mapping, Sequence

import numpy as np

from inference.object_detection.depth import Picture
from inference.object_detection.detector import Arrays, Labels, View, fit, make_view, read_labels
from inference.object_detection.local import DETECTION_MODEL
from inference.triton.connection import Array, Connection, InferenceRejected, array_input, together

OUTPUTS = ("boxes", "classes", "scores", "counts", "depth", "depth_sizes", "labels")

AT_ONCE = 8
"""Most pictures in one request: about 15 MB of the largest ones."""


class DetectionClient:
    """Sends pictures to the detection model. For use within one event loop."""

    def __init__(self, url: str, *, requests: int, timeout: float, model: str = DETECTION_MODEL) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            requests: Most requests in flight, over all calls.
            timeout: Seconds until a request counts as failed.
            model: The model's name.
        """
        self._connection = Connection(url, requests=requests, timeout=timeout)
        self._model = model

    async def detect(self, pictures: Sequence[Picture]) -> list[View]:
        """Returns what is in each picture, in the order given; see `Detector`.

        Raises:
            InferenceUnavailable: The server is down, not ready or too slow.
            InferenceRejected: The server refuses the request.
        """
        fitted = [fit(picture) for picture in pictures]
        # Pictures are padded to the largest of their request, so those of one shape share a request.
        order = sorted(range(len(fitted)), key=lambda i: (fitted[i].shape, i))
        parts = [order[start : start + AT_ONCE] for start in range(0, len(order), AT_ONCE)]
        answers = await together(self._request([fitted[i] for i in part]) for part in parts)
        views: dict[int, View] = {}
        for part, (labels, outputs) in zip(parts, answers, strict=True):
            try:
                views |= dict(zip(part, _views([(pictures[i], fitted[i]) for i in part], labels, outputs), strict=True))
            except ValueError as error:
                raise InferenceRejected(f"{self._model} {labels.version} broke its contract: {error}") from error
        return [views[i] for i in range(len(pictures))]

    async def _request(self, pictures: Sequence[Picture]) -> tuple[Labels, Mapping[str, Array]]:
        sizes = np.array([picture.shape[:2] for picture in pictures], np.int32)
        height, width = sizes.max(axis=0).tolist()
        pixels = np.zeros((len(pictures), height, width, 3), np.uint8)
        for plane, picture in zip(pixels, pictures, strict=True):
            plane[: picture.shape[0], : picture.shape[1]] = picture
        inputs = [array_input("pixels", pixels), array_input("sizes", sizes)]
        outputs = await self._connection.infer(self._model, inputs, OUTPUTS)
        try:
            return read_labels(outputs["labels"].tolist()[0]), outputs
        except (ValueError, TypeError, IndexError) as error:
            raise self._connection.broken_answer(str(error)) from error

    async def close(self) -> None:
        """Closes the connection; requests in flight fail."""
        await self._connection.close()


def _views(pictures: Sequence[tuple[Picture, Picture]], labels: Labels, outputs: Mapping[str, Array]) -> list[View]:
    ends = np.cumsum(outputs["counts"]).tolist()
    sizes = outputs["depth_sizes"].reshape(-1, 2).tolist()
    if len(ends) != len(pictures) or (ends and ends[-1] != len(outputs["scores"])):
        raise ValueError(f"counts {outputs['counts'].tolist()} for {len(pictures)} pictures")
    if len(sizes) not in {0, len(pictures)}:
        raise ValueError(f"{len(sizes)} depth maps for {len(pictures)} pictures")
    views, read = [], 0
    for row, (picture, small) in enumerate(pictures):
        part = slice(ends[row - 1] if row else 0, ends[row])
        raw = None
        if sizes:
            height, width = sizes[row]
            raw = outputs["depth"][read : read + height * width].reshape(height, width)
            read += height * width
        arrays = Arrays(outputs["boxes"][part], outputs["classes"][part], outputs["scores"][part], raw)
        views.append(make_view(picture, small, labels, arrays))
    return views
