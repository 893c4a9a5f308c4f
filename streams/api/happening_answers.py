"""What the API answers about happenings, stories and timelines."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from streams.api.answers import Page, like
from streams.desk.happening_views import HappeningView

_FIGURE = {
    "value": "12", "unit": "", "qualifier": "at least", "source": "Wire", "at": "2026-05-04T09:00:00Z",
    "text": "at least 12",
}  # fmt: skip


class FigureAnswer(BaseModel):
    """A number that was reported, by the first source that had it."""

    model_config = like(**_FIGURE)

    value: str = Field(description="A decimal, or the text's own words.")
    unit: str = Field(description="`USD`, `km`, the noun that is counted, or empty.")
    qualifier: str = Field(description="Empty, `about`, `at least` or `at most`.")
    source: str
    at: datetime
    text: str = Field(description="All of it in words.")


class ReportAnswer(BaseModel):
    """A sentence that reports a happening, and the first article that had it."""

    model_config = ConfigDict(from_attributes=True)

    sentence: str
    source: str
    headline: str
    url: str | None
    article: str
    seen_at: datetime
    modality: str = Field(description="`asserted`, or of a claim `planned`, `possible` or `denied`.")
    speaker: str = Field(description="Who is quoted as saying so; empty if nobody is.")


class StoryName(BaseModel):
    """A story, by name."""

    model_config = like(id="s-1f0c", title="Strikes on Kyiv", reports=14)

    id: str
    title: str
    reports: int | None = Field(None, description="How many articles' reports it has, where that was counted.")


_EXAMPLE: dict[str, Any] = {
    "id": "e-3f6c", "class": "attack", "called": ["strike"], "day": "2026-05-03", "dated": True, "articles": 4,
    "voices": 3, "sources": ["Wire", "Desk"], "modality": "asserted", "standing": "",
    "who": {"who": ["Russia"], "where": ["Kyiv"]}, "numbers": {"killed": [_FIGURE]},
    "story": {"id": "s-1f0c", "title": "Strikes on Kyiv", "reports": None}, "reports": [],
}  # fmt: skip


class HappeningAnswer(BaseModel):
    """A happening, all of its reports together."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE}, populate_by_name=True)

    id: str
    class_: str = Field(alias="class", description="Its class in the ontology.")
    called: list[str] = Field(description="The words that name it, the most frequent first.")
    day: str = Field(description="Day, month or year of it; else the day of the first report.")
    dated: bool = Field(description="Whether a text says so.")
    articles: int = Field(description="How many articles report it.")
    voices: int = Field(description="How many articles that are no copies of another report it.")
    sources: list[str]
    modality: str = Field(description="`asserted`, `planned`, `possible` or `denied`.")
    standing: str = Field(description="Who plans or denies it, in words; empty if nobody doubts it.")
    who: dict[str, list[str]] = Field(description="Who or what plays a part, by role.")
    numbers: dict[str, list[FigureAnswer]] = Field(description="Numbers over time, by role.")
    story: StoryName | None
    reports: list[ReportAnswer] = Field(description="Sentences, the best one first and then by time.")

    @classmethod
    def of(cls, view: HappeningView, reports: int) -> "HappeningAnswer":
        """Returns the answer for a happening, with at most so many of its reports."""
        return cls(
            id=view.id,
            class_=view.class_,
            called=list(view.called),
            day=view.day,
            dated=view.dated,
            articles=view.articles,
            voices=view.voices,
            sources=list(view.sources),
            modality=view.modality,
            standing=view.standing,
            who={role: list(names) for role, names in view.fillers.items()},
            numbers={
                role: [FigureAnswer.model_validate(figure) for figure in figures]
                for role, figures in view.numbers.items()
            },
            story=StoryName(id=view.story[0], title=view.story[1], reports=None) if view.story else None,
            reports=[ReportAnswer.model_validate(report) for report in view.reports[:reports]],
        )


class HappeningPage(Page[HappeningAnswer]):
    """A page of happenings."""

    reported_since: datetime | None = Field(
        description="Of the reports around the days asked about, those before this time did not count, because there "
        "are too many: ask for less. Null if all counted."
    )


class StoryAnswer(BaseModel):
    """A story: its happenings in order of time, the first two hundred."""

    id: str
    title: str
    happenings: list[HappeningAnswer]


class MomentAnswer(BaseModel):
    """What happened to an entity, or a fact about it that began or ended."""

    model_config = like(
        day="2026-05-03", what="begins", text="Apple — chief executive officer → Tim Cook", sources=["Wire"],
        standing="", sentence="Apple is led by Tim Cook, 65.",
    )  # fmt: skip

    day: str
    what: str = Field(description="The class of a happening, `begins`, `ends` or `ends by`.")
    text: str
    sources: list[str]
    standing: str
    sentence: str
