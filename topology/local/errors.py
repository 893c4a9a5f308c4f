"""What can go wrong with the embedded stack, said so that the user knows what to do next."""


class StackError(Exception):
    """The embedded stack cannot do what was asked; the message says why and what to do."""
