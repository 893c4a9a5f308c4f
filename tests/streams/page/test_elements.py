"""Where the page sends a browser, and which words of a sentence it marks."""

from urllib.parse import unquote

import pytest

from streams.page.charts import Spot, _land, _range
from streams.page.elements import marked, outward, path


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.y",
            "http://", "http://[", "ftp://example.org/x"],
)  # fmt: skip
def test_a_browser_is_sent_to_web_addresses_only(url):
    assert outward(url) is None


def test_an_article_opens_at_its_sentence():
    target = outward("https://example.org/a?b=1", "He said, “no”-ish.")
    assert target.startswith("https://example.org/a?b=1#:~:text=")
    assert unquote(target.partition("text=")[2]) == "He said, “no”-ish."
    assert outward("https://example.org/a#part", "x") == "https://example.org/a#part"


def test_an_address_of_the_page_keeps_whatever_an_id_has():
    assert path("entity", "a/b?c", at="2025-05-04") == "/entity/a%2Fb%3Fc?at=2025-05-04"
    assert path("entity", "e-1", at=None) == "/entity/e-1"


@pytest.mark.parametrize(
    "spans, words",
    [
        (([100, 105], [109, 113]), ["Apple", "Cook"]),
        (([109, 113], [100, 105]), ["Apple", "Cook"]),
        (([100, 105], None), ["Apple"]),
        (([100, 105], [103, 113]), ["Apple"]),
        (([0, 5], [100, 100], [109, 999]), []),
    ],
)
def test_the_words_of_the_spans_are_marked_and_no_others(spans, words):
    parts = list(marked("Apple has Cook.".replace("has", "h:"), 100, [s if s is None else list(s) for s in spans]))
    assert "".join(text for text, _ in parts) == "Apple h: Cook."
    assert [text for text, chosen in parts if chosen] == words


def test_a_map_has_land_and_stays_within_the_world():
    assert all(-180 <= x <= 180 and -90 <= y <= 90 for ring in _land() for x, y in ring)
    assert _range([Spot("Nuku'alofa", -21.1, -175.2).longitude], 180.0)[0] == -180.0
