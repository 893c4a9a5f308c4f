"""Finds the best tag path of many windows at once.

A window's sums and maxima do not depend on the other windows, so neither does its path.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


def best_paths(emissions: Floats, lengths: Ints, transitions: Floats) -> list[Ints]:
    """Returns each window's best tags.

    Args:
        emissions: float32 [N, T] of all windows' words end to end; N is the sum of the lengths.
        lengths: int [W] words of each window.
        transitions: float32 [T + 1, T] score of tag j after tag i; the last row is the start.

    Returns:
        W arrays int32 [words].
    """
    order = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    left = lengths[order]
    longest = int(left[0]) if len(left) else 0
    alive = np.searchsorted(-left, -np.arange(longest), side="left")  # windows with a word at each step
    # Windows are the last axis, so that sums and maxima run over long rows.
    into = transitions[:-1, :, None]
    reached: list[Floats] = []
    final = np.zeros((emissions.shape[1], len(left)), np.float32)
    for step, here in enumerate(alive.tolist()):
        scores = emissions[starts[:here] + step].T
        before = (reached[-1][:, None, :here] + into).max(axis=0) if step else transitions[-1][:, None]
        reached.append(before + scores)
        final[:, :here] = reached[-1]
    return _trace(final, reached, transitions, left, order)


def _trace(
    final: Floats, reached: list[Floats], transitions: Floats, left: Ints, order: npt.NDArray[np.intp]
) -> list[Ints]:
    """Follows each window's path back from its last word. Only the tags on the path are computed again."""
    tags = np.zeros((len(left), len(reached)), np.int32)
    current = final.argmax(axis=0)
    for step in range(len(reached) - 1, -1, -1):
        here = reached[step].shape[1]
        tags[:here, step] = current[:here]
        if step:
            before = reached[step - 1][:, :here] + transitions[:-1, current[:here]]
            current[:here] = before.argmax(axis=0)
    paths: list[Ints] = [np.zeros(0, np.int32)] * len(left)
    for row, window in enumerate(order):
        paths[window] = tags[row, : left[row]]
    return paths


def spans(tags: Ints) -> list[tuple[int, int, int]]:
    """Returns (first word, end word, entity type) of each mention: tag 1 + 2t begins type t, 2 + 2t continues it."""
    found = []
    path = tags.tolist()
    for first, tag in enumerate(path):
        if tag % 2:
            end = first + 1
            while end < len(path) and path[end] == tag + 1:
                end += 1
            found.append((first, end, tag // 2))
    return found


def mention_scores(
    emissions: Floats,
    tags: Ints,
    found: npt.NDArray[np.int64],
    bounds: npt.NDArray[np.int64],
    transitions: Floats,
    *,
    slope: float | npt.NDArray[np.float64] = 1.0,
    offset: float | npt.NDArray[np.float64] = 0.0,
) -> npt.NDArray[np.float64]:
    """Returns the probability of each mention's type, against the other types for the same words and against none.

    The words around it keep their tags, so it is the probability of the label given the boundaries, from 0 to 1.

    Args:
        emissions: float32 [N, T] of all windows' words end to end.
        tags: int32 [N] their best tags.
        found: int [M, 3] (first word, end word, type) of the mentions in reading order, counted over all windows.
        bounds: int [M, 2] first word of each one's window, and one past its last.
        transitions: float32 [T + 1, T].
        slope: Calibration: the factor of the log-odds; one for all mentions, or float [M].
        offset: Calibration: what is added to the log-odds; likewise.
    """
    if not len(found):
        return np.zeros(0)
    opens, goes_on = slice(1, None, 2), slice(2, None, 2)
    first, end, kind = found.T
    begins, stops = bounds.T
    before = transitions[np.where(first > begins, tags[first - 1], -1)]
    typed = before[:, opens] + emissions[first, opens]
    none = before[:, 0] + _sums(emissions[:, :1], first, end)[:, 0] + (end - first - 1) * transitions[0, 0]
    leave = transitions[:-1][opens].T
    (longer,) = np.nonzero(end - first > 1)
    after = np.where(end < stops, tags[np.minimum(end, len(tags) - 1)], -1)
    closing = np.where(after[:, None] >= 0, leave[after], 0)
    if len(longer):
        typed[longer] += np.diagonal(transitions[opens, goes_on])
        typed[longer] += _sums(emissions[:, goes_on], first[longer] + 1, end[longer])
        typed[longer] += (end - first - 2)[longer, None] * np.diagonal(transitions[goes_on, goes_on])
        inside = transitions[:-1][goes_on].T
        closing[longer] = np.where(after[longer, None] >= 0, inside[after[longer]], 0)
    typed += closing
    none = none + np.where(after >= 0, transitions[0, after], 0)
    rows = np.arange(len(found))
    best = np.maximum(typed.max(axis=1), none)
    weights = np.exp(typed - best[:, None], dtype=np.float64)
    weights[rows, kind] = 0  # subtracting a dominant type from the sum would leave only rounding
    others = weights.sum(axis=1) + np.exp(none - best)
    odds = slope * (typed[rows, kind] - best - np.log(np.maximum(others, 1e-30))) + offset
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -40, 40))), np.float64)


def _sums(rows: Floats, first: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> Floats:
    """Returns the sums of the rows from `first` to `end` (exclusive), for ordered spans that do not overlap."""
    padded = np.concatenate([rows, np.zeros((1, rows.shape[1]), rows.dtype)])
    return np.asarray(np.add.reduceat(padded, np.stack([first, end], axis=1).ravel(), axis=0)[::2], rows.dtype)
