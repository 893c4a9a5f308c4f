"""The edit distance of two sequences."""

from collections.abc import Sequence


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Returns how many items must be replaced, removed or inserted (Levenshtein's distance): words, or characters."""
    row = list(range(len(heard) + 1))
    for i, item in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (item != other))
    return row[-1]
