"""Token lists back to natural text, so that training text looks like the news that is read later."""

from collections.abc import Sequence

_NO_SPACE_BEFORE = frozenset(".,;:!?%)]}'’”…") | {"'s", "'re", "'ve", "'ll", "'d", "'m", "n't", "’s", "''", "''."}  # noqa: RUF001
_NO_SPACE_AFTER = frozenset("([{$£€#‘“") | {"``", "US$", "@"}  # noqa: RUF001  as printed
_JOINERS = frozenset("-–/")  # noqa: RUF001  an en dash joins years and places


class _Quotes:
    """Straight quotation marks open and close in turn."""

    def __init__(self) -> None:
        self.open = False

    def glue(self, token: str) -> tuple[bool, bool]:
        """Returns whether the token sticks to its left and to its right neighbour."""
        if token != '"':  # noqa: S105  a word, no secret
            return token in _NO_SPACE_BEFORE, token in _NO_SPACE_AFTER
        self.open = not self.open
        return not self.open, self.open


def join(tokens: Sequence[str], *, spaced_hyphens: bool = False) -> tuple[str, list[tuple[int, int]]]:
    """Joins tokens with the spaces that English puts between them.

    Args:
        tokens: Words and punctuation.
        spaced_hyphens: The tokeniser split at hyphens and slashes (`Oscar - nominated`): join them again.

    Returns:
        The text, and each token's characters in it.
    """
    text = ""
    spans: list[tuple[int, int]] = []
    quotes = _Quotes()
    stick = True
    for i, token in enumerate(tokens):
        left, right = quotes.glue(token)
        if spaced_hyphens and token in _JOINERS and 0 < i < len(tokens) - 1 and _joins(tokens[i - 1], tokens[i + 1]):
            left = right = True
        apostrophe = "'"
        if token == apostrophe and i and not tokens[i - 1].endswith("s"):
            left, right = False, True
        if text and not (stick or left):
            text += " "
        spans.append((len(text), len(text) + len(token)))
        text += token
        stick = right
    return text, spans


def _joins(before: str, after: str) -> bool:
    """Returns whether a hyphen between these stands inside a word: not a dash between clauses or dates with months."""
    year = before.isdigit() and len(before) == len("1999")
    return before[-1:].isalnum() and after[:1].isalnum() and not (year and after.isalpha())
