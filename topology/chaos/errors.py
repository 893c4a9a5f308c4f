"""The error of a chaos run."""


class ChaosError(Exception):
    """The run cannot go on: something did not recover. The message says what, and where to look."""
