"""A message of every kind with every field set, and one with as little as a producer may send."""

from datetime import UTC, datetime

from streams.alerts.state import CallPosition, DraftedAlert, SeenReport, SeenThing, WatchBegin
from streams.entities.happenings.memory import RememberedReport
from streams.entities.happenings.outputs import Retell
from streams.entities.stage import RememberedName
from streams.feeds.state import FeedState
from streams.messages import events, term_events
from streams.messages.alert_events import Alert, AlertArticle
from streams.messages.base import EntityLocation, Event
from streams.messages.correction_events import Correction
from streams.messages.happening_events import HappeningReport, Story
from streams.messages.suggestion_events import SharedStory, Suggested, SuggestionReason, Suggestions
from topology.contract import (
    alert_example,
    correction_example,
    example,
    happening_example,
    identity_example,
    story_example,
)

NOW = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
OSLO = EntityLocation(country="NO", latitude=59.9127, longitude=10.7461)
COMPANY = events.Entity.of("Acme Corporation", "organization", OSLO, office_of="Norway", role="business").model_copy(
    update={"class_": "attack"}
)
PERSON = events.Entity.of("Jane Smith", "person")
LEADS = events.Predicate(id="P169", name="chief executive officer", wikidata="P169")
SPOT = events.Spot(media="m-1", begin=1.5, end=3.0, frame=2.0, box=(10.0, 20.0, 110.0, 220.0), depth=0.25)
SPAN = events.TextSpan(start=3, end=7, text="Acme")
ATTACK = events.Entity.happening("a-1", "attack", "bombed").model_copy(
    update={"location": OSLO, "office_of": "Norway", "role": "business"}
)
KILLED = events.Predicate(id="killed", name="number of deaths", wikidata="P1120")
REPORT = HappeningReport(
    happening=ATTACK,
    modality="possible",
    day="2026-11-28",
    places=("e-1",),
    participants=("e-2", "e-3"),
    words=("acme", "bombed"),
    headline="Acme bombed",
    source="Example Wire",
    published_at=NOW,
)
MENTION = events.EntityMention(entity=COMPANY, count=3, names=("Acme", "ACME"))

ARTICLE = events.Article(
    id="a-1",
    headline="Acme names new chief",
    body="Acme Corporation named Jane Smith its chief executive.",
    url="https://example.org/a-1",
    source="Example Wire",
    author="By Jane Doe",
    section="Business",
    published_at=NOW,
    language="en",
    media=(events.MediaReference(uri="https://example.org/1.jpg", sha256=SHA256, caption="Jane Smith"),),
    derived_from="m-1",
    passages=(events.Passage(start=0, end=4, spot=SPOT),),
)
MEDIA_ITEM = events.MediaItem(
    id="m-1",
    uri="https://example.org/1.jpg",
    data="aGVsbG8=",
    sha256=SHA256,
    size=5,
    article="a-1",
    source="Example Wire",
    url="https://example.org/a-1",
    headline="Acme names new chief",
    caption="Jane Smith",
    mentions=(MENTION,),
    published_at=NOW,
)
EVIDENCE = events.Evidence(
    document="a-1",
    revision="0123456789abcdef",
    field="body",
    sentence=SPAN,
    subject=SPAN,
    object=SPAN,
    spot=SPOT,
    source="Example Wire",
    url="https://example.org/a-1",
    published_at=NOW,
    observed_at=NOW,
    model="text_extraction",
    model_version="1",
)
DOCUMENT = events.Document(
    id="a-1",
    revision="0123456789abcdef",
    headline="Acme names new chief",
    url="https://example.org/a-1",
    source="Example Wire",
    published_at=NOW,
    observed_at=NOW,
    language="en",
    author="By Jane Doe",
    place="Springfield",
    keywords=(events.Keyword(term="acme", score=0.5),),
    values=(
        events.Value(
            field="body",
            where=SPAN,
            value=events.Literal_(value="5", datatype="xsd:decimal", unit="USD"),
            qualifier="about",
        ),
    ),
    mentions=(MENTION,),
    likeness=("0123456789ab", "ba9876543210"),
    triples=2,
    derived_from="m-1",
    brings=("m-2",),
    media=events.MediaFacts(
        kind="video",
        uri="https://example.org/1.mp4",
        article="a-1",
        caption="Jane Smith",
        sha256=SHA256,
        size=5,
        format="video/mp4",
        colours=(events.Colour(name="blue", share=0.5),),
        scenes=(events.Scene(begin=1.0, end=2.0, motion=0.1, camera=0.2),),
    ),
)
SUGGESTIONS = Suggestions(
    id=COMPANY.id,
    entity=COMPANY,
    suggestions=(
        Suggested.of(
            COMPANY,
            COMPANY,
            LEADS,
            PERSON,
            confidence=0.25,
            reasons=(SuggestionReason(fact="f-1", subject=COMPANY, predicate=LEADS, object=PERSON, weight=0.5),),
            together=3,
            together_at=NOW,
            shared=0.75,
            story=SharedStory(id="s-1", title="The takeover"),
        ),
    ),
    model="link_prediction",
    model_version="2",
)
RETRACTED = events.Document(id="a-1", op="retract", erase=True, observed_at=NOW)

TRIPLES = (
    events.Triple.of(COMPANY, LEADS, PERSON, 0.9, EVIDENCE, kind="attribute"),
    events.Triple.of(
        COMPANY,
        LEADS,
        PERSON,
        0.9,
        EVIDENCE,
        modality="planned",
        attributed_to=COMPANY,
        since="2027-01-01",
        until="2030",
    ),
    events.Triple.of(COMPANY, LEADS, events.Literal_(value="5", datatype="xsd:decimal", unit="km"), 0.9, EVIDENCE),
    events.Triple.of(
        ATTACK,
        KILLED,
        events.Literal_(value="5", datatype="xsd:decimal", unit="people"),
        0.9,
        EVIDENCE,
        modality="possible",
        qualifier="at least",
    ),
    *happening_example(),
    example()[1],
)

ALERT = Alert(
    id="a-1",
    watch="acme",
    kind="claim",
    why="contradicts",
    text="Acme Corporation: chief executive officer Jane Smith (denied)",
    found_at=NOW,
    article=AlertArticle(
        id="a-1", headline="Acme denies", url="https://example.org/a-1", source="Example Wire", published_at=NOW
    ),
    triples=TRIPLES,
    against=TRIPLES[:1],
    sources=("Example Wire",),
)

SAMPLES: dict[str, list[Event]] = {
    "article": [ARTICLE, events.Article(id="a-2", body="Text."), events.Article(id="a-1", op="retract", erase=True)],
    "media-item": [
        MEDIA_ITEM,
        events.MediaItem(id="m-2", uri="https://e.org/x"),
        events.MediaItem(id="m-1", op="retract", erase=True),
    ],
    "document": [DOCUMENT, RETRACTED, example()[0]],
    "triple": list(TRIPLES),
    "alias": [
        events.Alias(
            id=PERSON.id, op="merge", alias=PERSON, canonical=COMPANY, reason="wikidata", wikidata="Q1", certain=False
        ),
        events.Alias(id=PERSON.id, op="split", alias=PERSON, canonical=None),
    ],
    "identity": [
        identity_example(),
        events.Identity(id=PERSON.id, entity=PERSON, wikidata=None),
        events.Identity(id=COMPANY.id, entity=COMPANY, wikidata="Q1"),
    ],
    "story": [
        story_example(),
        Story(id=ATTACK.id, happening=ATTACK, story="s-1", title="Attacks on Acme"),
        Story(id=ATTACK.id, happening=ATTACK, story=None),
    ],
    "correction": [
        correction_example(),
        Correction.of(
            "confirm", COMPANY, predicate=LEADS, object=events.Literal_(value="5", datatype="xsd:decimal", unit="km"),
            by="eve", why="known",
        ),
        Correction.of("wikidata", COMPANY, wikidata="Q1", by="eve", why="known"),
        Correction(id="k-1", op="withdraw", by="eve", why="wrong", at=NOW),
    ],
    "naming": [
        events.Naming(id="a-1", revision="0123456789abcdef", mentions=(MENTION,), happenings=(REPORT,)),
        events.Naming(id="a-1", revision="0123456789abcdef", mentions=(MENTION,)),
        events.Naming(id="a-1", revision="", mentions=()),
    ],
    "suggestions": [SUGGESTIONS],
    "term-snapshot": [
        term_events.TermSnapshot(
            topic="raw-news",
            partition=3,
            day=20_786,
            next_offset=4096,
            languages={"en": term_events.TermCounts(documents=5, terms={"acme": 2})},
        )
    ],
    "remembered-name": [
        RememberedName(
            name=COMPANY, documents=(1, 2), stood_for={PERSON.id: (3,)}, claimed="Q1", told="Q2", contexts=((5,), (8,))
        ),
    ],
    "feed-state": [
        FeedState(
            address="https://wire.example/feed",
            etag='"1"',
            last_modified="Sun, 29 Nov 2026 08:30:00 GMT",
            content="00112233445566ff",
            failures=2,
            not_before=1795941000.5,
            items={"0123456789abcdef": "fedcba9876543210"},
            revised={"0123456789abcdef": 1795944600.5},
        ),
        FeedState(address="/srv/press"),
    ],
    "alert": [ALERT, alert_example()],
    "seen-thing": [
        SeenThing(
            watch="acme",
            key="c-1",
            reports=(
                SeenReport(
                    likeness=("0123456789ab",),
                    document="a-1", source="Example Wire", value="e-1", denied=True, one_at_a_time=True,
                    triple=events.Triple.of(COMPANY, LEADS, PERSON, 0.9, EVIDENCE),
                ),
            ),
            said=("a-2",),
            drafts=(DraftedAlert(alert=ALERT, value="e-1", denied=True, due=1795941000.5),),
        )
    ],
    "watch-begin": [WatchBegin(watch="acme", since=NOW)],
    "call-position": [CallPosition(receiver="desk", offset=7, called=("0123456789abcdef",))],
    "remembered-report": [
        RememberedReport(document="a-1", report=REPORT, names={COMPANY.id: COMPANY.name}, located={COMPANY.id: OSLO})
    ],
    "retell": [Retell(happenings=(ATTACK,), reports=("e-1",))],
}  # fmt: skip
