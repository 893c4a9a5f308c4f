"""Text as publishers send it: what is read in it, and that the evidence points into the text as it was sent."""

import asyncio
from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime

import pytest

from inference.text.language.words import Case, WordTokenizer
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.results import TextLabels, WindowResult
from inference.text_extraction.routes import english_route
from inference.text_extraction.windows import Window
from streams.messages.events import Article, Triple
from streams.news.articles import text_of
from streams.news.reading import read
from streams.news.thresholds import Thresholds
from topology.ontology import load_ontology
from topology.settings import settings

LABELS = TextLabels(("person",), ("P26",), "capitals")
LARGE = (Case.CAPITALISED, Case.UPPER, Case.MIXED)


class Capitals:
    """What `TextClient` is to a server: each run of capitalised words is a person, married to all others there."""

    url = "nowhere"

    async def infer(
        self, windows: Sequence[Window], kept: MutableMapping[int, WindowResult] | None = None
    ) -> list[WindowResult]:
        results = [self._read(window.words.cases[window.start : window.stop]) for window in windows]
        if kept is not None:
            kept.update(enumerate(results))
        return results

    def _read(self, cases: Sequence[int]) -> WindowResult:
        runs: list[tuple[int, int]] = []
        for word, case in enumerate(cases):
            if case not in LARGE:
                continue
            if runs and runs[-1][1] == word:
                runs[-1] = (runs[-1][0], word + 1)
            else:
                runs.append((word, word + 1))
        pairs = [(i, j, "P26", 0.9, "asserted") for i in range(len(runs)) for j in range(i + 1, len(runs))]
        return WindowResult(LABELS, [(first, end, "person", 0.9) for first, end in runs], pairs)

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def extractor() -> TextExtractor:
    tokenizer = WordTokenizer(settings().models / "text_extraction" / "1" / "tokenizer.json")
    return TextExtractor({"en": english_route(tokenizer, Capitals())}, load_ontology(settings().ontology))  # type: ignore[arg-type]


def triples_of(extractor: TextExtractor, body: str, headline: str = "") -> list[Triple]:
    article = Article(
        id="a", headline=headline, body=body, language="en", published_at=datetime(2026, 3, 2, tzinfo=UTC)
    )
    text = text_of(article)
    assert text is not None
    (found,) = asyncio.run(extractor.extract([text]))
    when, chosen = datetime(2026, 3, 2, tzinfo=UTC), settings()
    triples = read(article, found, load_ontology(chosen.ontology), when, Thresholds.of(chosen)).triples
    for triple in triples:
        evidence = triple.evidence
        for span in (evidence.sentence, evidence.subject, evidence.object):
            assert getattr(article, evidence.field)[span.start : span.end] == span.text
    return [triple for triple in triples if triple.kind == "reported"]


def names(triples: list[Triple]) -> set[tuple[str, str]]:
    return {(triple.subject.name, triple.object.name) for triple in triples}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "subject", "object_"),
    [
        ("<p><b>Ada Poe</b> met <i>Ole Dahl</i>.</p>", "Ada Poe", "Ole Dahl"),
        ("so &quot;Ada&nbsp;Poe&quot; met Ole D&aring;hl.", "Ada&nbsp;Poe", "Ole D&aring;hl"),
        ("so A\u200bda P\u00adoe met Ole D<b>ahl</b>.", "A\u200bda P\u00adoe", "Ole D<b>ahl"),
        ("IT WAS ADA POE WHO MET OLE DAHL AND LEFT.", "ADA POE", "OLE DAHL"),
    ],
)
def test_evidence_points_into_the_text_as_it_was_sent(
    extractor: TextExtractor, body: str, subject: str, object_: str
) -> None:
    (triple,) = triples_of(extractor, body)
    assert (triple.evidence.subject.text, triple.evidence.object.text) == (subject, object_)
    assert "<" not in triple.subject.name + getattr(triple.object, "name", "")
    assert triple.subject.name == "Ada Poe"


@pytest.mark.parametrize(
    "body",
    [
        "By Ole Dahl\nso Ada Poe left.",
        "MOSS (AP) — so Ada Poe left.",
        "so Ada Poe left. Read also: Ole Dahl wed. so it ended.",
        "so Ada Poe left.\n(Reporting by Ole Dahl)",
        "so Ada Poe (NYSE: POE) left.",
    ],
)
def test_asides_and_datelines_take_no_part(extractor: TextExtractor, body: str) -> None:
    assert triples_of(extractor, body) == []


def test_names_end_with_their_line(extractor: TextExtractor) -> None:
    assert names(triples_of(extractor, "- so Ada Poe\n- Ole Dahl")) == {("Ada Poe", "Ole Dahl")}
