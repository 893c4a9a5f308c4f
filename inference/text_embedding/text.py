"""Which text stands for an entity."""


def entity_text(name: str, type_: str) -> str:
    """Returns what the encoder reads of an entity: its name and its type, as in `Rotterdam (location)`."""
    return f"{name} ({type_})"
