"""How an erasure travels: what is published, what the stages make of it, and that it repeats nothing of the article."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from streams.desk.brought import Brought, Remaining
from streams.desk.erasing import Erased, erasures, tombstones
from streams.media.attributes import withdrawn as item_withdrawn
from streams.media.derived import retractions
from streams.messages.events import Article, Document, MediaItem
from streams.news.reading import withdrawn
from streams.sink.conversion import document_row
from streams.sink.erasing.erasure import mark_key, until_erasures

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("fields", [{"body": "b"}, {"op": "upsert", "body": "b"}])
def test_only_a_retraction_can_erase(fields):
    with pytest.raises(ValidationError, match="erase needs op: retract"):
        Article(id="a", erase=True, **fields)
    with pytest.raises(ValidationError, match="erase needs op: retract"):
        MediaItem(id="m", uri="https://example.org/a.png", erase=True)


def test_the_document_of_an_erasure_repeats_nothing_of_the_article():
    said = Article(id="a", op="retract", erase=True, headline="Ann Lee", body="Ann Lee said", author="Bob", url="u")
    document = withdrawn(said, NOW)
    assert document == Document(id="a", op="retract", erase=True, observed_at=NOW)
    assert not withdrawn(Article(id="a", op="retract"), NOW).erase


def test_a_media_item_passes_it_on_to_what_was_derived_from_it():
    item = MediaItem(id="m", op="retract", erase=True)
    assert item_withdrawn(item, NOW).erase
    assert all(article.erase for article in retractions(item))
    assert not any(article.erase for article in retractions(MediaItem(id="m", op="retract")))


def test_records_of_older_versions_erase_nothing():
    assert not document_row(Document.model_validate({"id": "a", "op": "retract", "observed_at": NOW})).erase
    # Erasing without retracting is no erasure: nobody may delete by a mistake in one field.
    assert not document_row(Document(id="a", op="upsert", erase=True, observed_at=NOW)).erase


def test_a_batch_is_cut_behind_each_erasure():
    plain = document_row(Document(id="a", observed_at=NOW))
    gone = document_row(Document(id="a", op="retract", erase=True, observed_at=NOW))
    assert until_erasures([]) == []
    assert until_erasures([plain, plain]) == [[plain, plain]]
    assert until_erasures([plain, gone, gone, plain]) == [[plain, gone], [gone], [plain]]


def test_a_mark_hides_the_id_and_tells_articles_from_media():
    assert "mine" not in mark_key("Article", "mine")
    assert mark_key("Article", "m") != mark_key("Media", "m")


def test_what_is_published_and_which_names_get_tombstones():
    before = Brought(3, ("f",), ("m1", "m2"), ("d",), ("e1", "e2", "e3"), own=("e1", "e2"))
    assert [(o.topic, o.key) for o in erasures("a", before)] == [
        ("raw-news", b"a"),
        ("raw-media", b"m1"),
        ("raw-media", b"m2"),
    ]
    assert len(erasures("a", None)) == 1
    # The graph says what is gone; as long as it has not obeyed, what will go.
    assert Erased(before, Remaining(False, ("e2", "e3"), ())).names == ("e1",)
    assert Erased(before, Remaining(True, before.entities, ("f",))).names == ("e1", "e2")
    assert Erased(None, Remaining(False, (), ())).names == ()
    records = tombstones(["e1"])
    assert [(o.topic, o.key, o.value) for o in records] == [
        ("entities", b"e1", None),
        ("entities", b"remembered:e1", None),
        ("entities", b"story:e1", None),
        ("suggestions", b"e1", None),
    ]
