"""What is wrong with the settings of admission."""


class AccessError(Exception):
    """A setting of admission cannot be used, or a server refuses us for good. The message says what to do."""
