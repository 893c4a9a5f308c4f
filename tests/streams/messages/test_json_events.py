"""What publishers may not send: each with the reason that its dead letter gives."""

import json

import pytest

from streams.media.items import parse_item
from streams.messages.events import Article, MediaItem, MediaReference, Spot
from streams.news.articles import parse_article
from streams.road.stage import PoisonError, Record

TEXTS = ("id", "headline", "body", "url", "source", "author", "section", "language", "derived_from")
ITEM_TEXTS = ("id", "uri", "article", "source", "url", "headline", "caption", "data")


def refused(**fields: object) -> PoisonError:
    record = Record("raw-news", 0, 0, 0, None, json.dumps({"id": "a", "body": "Ann met Bob.", **fields}).encode())
    with pytest.raises(PoisonError) as error:
        parse_article(record, stage="test", max_text=1000)
    return error.value


def refused_item(**fields: object) -> PoisonError:
    record = Record(
        "raw-media", 0, 0, 0, None, json.dumps({"id": "m", "uri": "https://a.example/1", **fields}).encode()
    )
    with pytest.raises(PoisonError) as error:
        parse_item(record, stage="test", inline=1000)
    return error.value


@pytest.mark.parametrize("character", ["\x00", "\x1f"])
def test_no_text_of_a_publisher_holds_a_nul_however_deep_it_is(character: str) -> None:
    """In the address or caption of an article's picture it made the media item invalid: the article was a bug."""
    text = f"a{character}b"
    deep = [
        {"media": [{"uri": "https://a.example/1"}, {"uri": text}]},
        {"media": [{"uri": "https://a.example/1", "caption": text}]},
        {"passages": [{"start": 0, "end": 1, "spot": {"media": text}}]},
    ]
    errors = [refused(**fields) for fields in [*({name: text} for name in TEXTS), *deep]]
    errors += [refused_item(**{name: text}) for name in ITEM_TEXTS]
    assert {error.reason for error in errors} == {"nul-character"}
    assert all("NUL or unit-separator character" in error.message for error in errors)
    assert "media.1: uri contains" in errors[len(TEXTS)].message


def test_every_text_of_a_publisher_is_tried_above() -> None:
    def texts(model: type) -> set[str]:
        schema = model.model_json_schema()["properties"]
        kinds = {name: [field, *field.get("anyOf", ())] for name, field in schema.items()}
        return {
            name
            for name, found in kinds.items()
            if any(kind.get("type") == "string" and not kind.keys() & {"enum", "pattern", "format"} for kind in found)
        }

    assert texts(Article) == set(TEXTS)
    assert texts(MediaItem) == set(ITEM_TEXTS)
    assert texts(MediaReference) == {"uri", "caption"}
    assert texts(Spot) == {"media"}


def test_erasing_what_is_not_retracted_is_a_wrong_field() -> None:
    assert refused(erase=True).reason == "wrong-field"
    assert refused_item(erase=True).reason == "wrong-field"
    assert refused(erase=True).message == "article: erase needs op: retract"
