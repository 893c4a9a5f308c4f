"""Whether the words before a name call it an organization."""

import pytest

from inference.text.names.descriptions import is_organization


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("the head of the coffee exporter Lie, who left", True),
        ("the head of the yoghurt maker Lie.", True),
        ("its wholly owned retailer Lie in Moss", True),
        ("Moss's newspaper Lie", True),
        ("the film maker Lie, who left", False),
        ("the company Lie founded", False),
        ("the company that Lie, who left", False),
        ("the party leader Lie, who left", False),
        ("company Lie.", False),
    ],
)
def test_the_words_before_a_name_tell(text: str, *, called: bool) -> None:
    start = text.index("Lie")
    assert is_organization(text, start, start + len("Lie")) is called
