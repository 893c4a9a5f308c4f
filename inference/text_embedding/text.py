"""The text that is embedded for an entity."""


def entity_text(name: str, type_: str) -> str:
    """Returns an entity's name and type as one text: `Rotterdam (location)`."""
    return f"{name} ({type_})"
