"""Errors of the embedded stack, with messages that state what to do."""


class StackError(Exception):
    """The embedded stack failed; the message states why and what to do."""
