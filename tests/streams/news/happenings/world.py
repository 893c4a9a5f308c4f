"""A small article with what a model might say happened in it."""

from dataclasses import replace
from datetime import UTC, datetime

from inference.text.types import Span, TextExtraction, TextHappening, TextMention, TextRelation, TextRole
from inference.text.values.found import FoundValue
from streams.messages.events import Article, Entity, Triple
from streams.news.reading import Reading, read
from streams.news.thresholds import Thresholds
from topology.ontology import load_ontology
from topology.settings import settings

ONTOLOGY = load_ontology(settings().ontology)
WHEN = datetime(2026, 11, 29, 12, tzinfo=UTC)
LEAST = Thresholds(relation=0.5, happening=0.5, role=0.5)
NUMBERS = {"killed", "injured", "amount"}


class World:
    """Builds an extraction from words of one body.

    Attributes:
        article: The article.
    """

    def __init__(self, body: str, headline: str = "", **fields: object) -> None:
        self.article = Article.model_validate(
            {"id": "a-1", "headline": headline, "body": body, "source": "Example Wire", **fields}
        )
        self._body = body
        self.mentions: list[TextMention] = []
        self.happenings: list[TextHappening] = []
        self.relations: list[TextRelation] = []

    def mention(self, text: str, type_: str, name: str = "", score: float = 0.9) -> int:
        """Adds a mention at the text's first place; returns its number."""
        start = self._body.index(text)
        self.mentions.append(
            TextMention("body", Span(start, start + len(text)), text, type_, name or text, score, name or text)
        )
        return len(self.mentions) - 1

    def happening(
        self,
        kind: str,
        trigger: str,
        roles: dict[str, tuple[int, ...] | int],
        *,
        score: float = 0.9,
        values: dict[int, FoundValue] | None = None,
        scores: dict[int, float] | None = None,
        **said: object,
    ) -> None:
        """Adds a happening; `scores` and `values` are those of mentions."""
        where = self._span(trigger)
        fillers = [(role, m) for role, some in roles.items() for m in (some if isinstance(some, tuple) else (some,))]
        self.happenings.append(
            TextHappening(
                kind,
                TextMention("body", where, trigger, "happening", trigger, 1.0, trigger),
                self.sentence(where),
                score,
                roles=tuple(
                    TextRole(
                        role,
                        m,
                        (scores or {}).get(m, 0.8),
                        (values or {}).get(m),
                        self.sentence(where, self.mentions[m].span),
                    )
                    for role, m in fillers
                ),
                **said,  # type: ignore[arg-type]
            )
        )

    def relation(self, subject: int, predicate: str, object_: int, **said: object) -> None:
        """Adds a relation."""
        one = TextRelation(subject, object_, predicate, "body", Span(0, len(self._body)), 0.9)
        self.relations.append(replace(one, **said))  # type: ignore[arg-type]

    def read(self, least: Thresholds = LEAST, ontology: object = ONTOLOGY) -> Reading:
        """Returns what the article states."""
        found = TextExtraction(
            self.article.id,
            tuple(self.mentions),
            tuple(self.relations),
            "text_extraction",
            "7",
            happenings=tuple(self.happenings),
        )
        return read(self.article, found, ontology, WHEN, least)  # type: ignore[arg-type]

    def sentence(self, *spans: Span) -> Span:
        """Returns the sentences from the first of some spans to the last."""
        start = self._body.rfind(". ", 0, min(span.start for span in spans))
        end = self._body.find(".", max(span.end for span in spans))
        return Span(0 if start < 0 else start + 2, end + 1)

    def _span(self, text: str) -> Span:
        start = self._body.index(text)
        return Span(start, start + len(text))


def about_happenings(triples: list[Triple]) -> list[Triple]:
    """Returns the triples whose subject is a happening."""
    return [triple for triple in triples if triple.subject.type == "happening"]


def facts(triples: list[Triple]) -> list[tuple[str, str, str, str]]:
    """Returns what is said of anything else: names of subject, predicate and object, and the modality."""
    return [
        (
            t.subject.name,
            t.predicate.id,
            t.object.name if isinstance(t.object, Entity) else t.object.value,
            t.modality,
        )
        for t in triples
        if t.subject.type not in {"happening", "article"}
    ]
