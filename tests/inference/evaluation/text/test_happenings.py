"""The measure of joined happenings: what counts as one, and the namings that are made of annotated texts."""

from inference.evaluation.text.happening_reports import GoldReport, namings
from inference.evaluation.text.happenings import PAIRS, chains, judged_pairs, silver
from inference.training.text.annotated.reading import (
    AnnotatedEntity,
    AnnotatedHappening,
    AnnotatedMention,
    AnnotatedText,
    labels,
)

TEXT = "Talks\nRussian forces struck Kharkiv. They hit a market; nine people died."


def mention(words, form="name"):
    start = TEXT.index(words)
    return AnnotatedMention(start, start + len(words), form)


def span(words):
    start = TEXT.index(words)
    return start, start + len(words)


ANNOTATED = AnnotatedText(
    id="wce-1",
    headline="Talks",
    text=TEXT,
    published_at="2026-06-01T00:00:00Z",
    entities=(
        AnnotatedEntity("misc", (mention("Russian", "adjective"),)),
        AnnotatedEntity("location", (mention("Kharkiv"),)),
        AnnotatedEntity("quantity", (mention("nine people"),)),
        AnnotatedEntity("organization", (mention("They", "anaphor"),)),
    ),
    facts=(),
    happenings=(
        AnnotatedHappening("attack", span("struck"), "asserted", None, (("who", 0), ("where", 1), ("killed", 2))),
        AnnotatedHappening("attack", span("hit"), "denied", None, (("who", 3), ("where", 1))),
    ),
)


def test_a_naming_says_what_the_annotation_does():
    ((naming, gold),) = namings([ANNOTATED])
    names = {one.entity.id: one.entity for one in naming.mentions}
    assert {one.name for one in names.values()} == {"Russia", "Kharkiv"}
    struck, hit = naming.happenings
    assert [names[id_].name for id_ in struck.participants] == ["Russia"]
    assert [names[id_].location.country for id_ in struck.places] == ["UA"]
    assert (hit.participants, hit.modality, hit.happening.class_) == ((), "denied", "attack")
    assert set(struck.words) == {"russian", "forces", "struck", "kharkiv"}
    assert [(one.id, one.trigger) for one in gold] == [
        (struck.happening.id, TEXT.index("struck")),
        (hit.happening.id, TEXT.index("hit")),
    ]


def test_pairs_make_chains():
    assert len({chains([(1, 2), (3, 4), (2, 3)])[i] for i in range(1, 5)}) == 1
    apart = chains([(1, 2), (3, 3)])
    assert apart[1] == apart[2] != apart[3]


def gold(id_, text, *, day="2026-06-01", headline="A war", kind="attack", named=("x",)):
    return GoldReport(id_, text, 0, headline, kind, day, frozenset(named))


def test_silver_is_of_one_topic_class_time_and_name():
    found = silver([
        gold("a", "1"), gold("b", "2"), gold("c", "3", day="2026-06-09"), gold("d", "4", kind="law"),
        gold("e", "5", headline="Sports"), gold("f", "6", headline="B"), gold("g", "7", headline="B", named=("y",)),
    ])  # fmt: skip
    assert found == {"a": "a", "b": "a"}


def test_judged_pairs_are_of_annotated_texts_that_are_not_kept_for_the_last():
    known = "".join(labels(part).read_text(encoding="utf-8") for part in ("train", "more", "dev"))
    pairs = judged_pairs(PAIRS)
    assert len(pairs) >= 300
    assert {pair.use for pair in pairs} == {"tune", "held-out", "dev"}
    assert all(f'"id":"{text}"' in known for pair in pairs for text, _ in (pair.first, pair.second))
    assert len({frozenset((pair.first, pair.second)) for pair in pairs}) == len(pairs)
