"""Non-maximum suppression: of boxes around the same object, keeps the one with the highest score."""

import numpy as np

Boxes = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def suppress(boxes: Boxes, scores: np.ndarray, classes: np.ndarray, most: float) -> np.ndarray:
    """Returns the indices of the boxes to keep, highest score first; equal scores keep their order.

    Args:
        boxes: (n, 4) left, top, right, bottom.
        scores: (n).
        classes: (n). Boxes of different classes do not suppress each other.
        most: Intersection over union above which two boxes are around the same object.
    """
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        same = (overlaps(boxes[best], boxes[rest]) > most) & (classes[rest] == classes[best])
        order = rest[~same]
    return np.array(kept, np.int64)


def overlaps(box: np.ndarray, others: Boxes) -> np.ndarray:
    """Returns intersection over union of one box with each of the others."""
    width = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0])
    height = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1])
    common = np.maximum(width, 0) * np.maximum(height, 0)
    areas = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    union = (box[2] - box[0]) * (box[3] - box[1]) + areas - common
    return common / np.maximum(union, 1e-9)
