"""Records of each kind, with every field set, in whose texts hostile words stand."""

from datetime import UTC, datetime

from streams.exports.records import (
    ArticleRecord,
    Confirmation,
    Day,
    End,
    EntityRecord,
    EvidenceRecord,
    FactRecord,
    MediaRecord,
    Mentioned,
    Record,
    StoryRecord,
    ValueRecord,
)

TIME = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
WIDTH = ValueRecord("l-1", "640", "xsd:integer", "px")
DAY = ValueRecord("l-2", "2026-05", "xsd:gYearMonth", "")


def entity(id_: str, name: str, **changes) -> EntityRecord:
    fields = dict.fromkeys(("canonical", "wikidata", "role", "class_", "country", "latitude", "longitude"))
    return EntityRecord(**{"id": id_, "name": name, "type": "person", **fields, **changes})


def fact(id_: str, subject: End, object_: End, **changes) -> FactRecord:
    fields = {
        "type": "CHIEF_EXECUTIVE_OFFICER", "property": "P169", "relation": "chief executive officer", "about": None,
        "modality": None, "holds": True, "kind": "reported", "standing": None, "count": 2, "confidence": 0.9,
        "first_seen": TIME, "last_seen": TIME, "since": Day("2019", "xsd:gYear"), "until": None, "at_latest": False,
    }  # fmt: skip
    return FactRecord(id=id_, subject=subject, object=object_, **{**fields, **changes})


def every_kind(words: str) -> list[Record]:
    """A small graph; `words` stand wherever publishers' texts do, in ids too."""
    apple, tim = End("entity", "e-1", "Apple"), End("entity", "e-2", words)
    return [
        entity("e-1", "Apple", type="organization", wikidata="Q312", country="US", latitude=37.3, longitude=-122.0),
        entity("e-2", words, role="sport/football"),
        entity("e-3", words, canonical="e-2"),
        entity("e-4", words, type="happening", class_="attack", stories=("s-1",)),
        entity("e-5", words, type="sports_team"),
        WIDTH,
        DAY,
        ArticleRecord(
            words, words, words, words, "en", TIME, (words, "other"), (words,), (Mentioned("e-1", 2),)
        ),
        MediaRecord(words, "Picture", words, words, "image/png", "ab", words, TIME, (words,), (Mentioned("e-2", 1),)),
        StoryRecord("s-1", words),
        fact(
            "f-1", apple, tim, periods=((TIME, TIME),), until=Day("2026-05-04", "xsd:date"), at_latest=True,
            confirmed=Confirmation("k-1", words, words, TIME),
        ),
        EvidenceRecord(
            "t-1", "f-1", "article", words, words, "body", (0, 9), "reported", 0.9, TIME, words, words, True, "2019",
            "2026-02-31", "about", words, "e-2", words, 1.5, 2.0, (1.0, 2.5, 3.0, 4.0),
        ),
        fact("f-2", End("media", words, words), End("value", WIDTH.id, "640", WIDTH), property="P2049"),
        fact("f-3", apple, End("value", DAY.id, DAY.value, DAY), property=words, relation=words, holds=False),
        fact("c-1", apple, tim, about="f-1", modality="denied", holds=False, since=None),
    ]  # fmt: skip
