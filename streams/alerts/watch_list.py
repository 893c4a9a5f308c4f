"""What is watched and who is called, as the file of watches says it."""

import re
from datetime import time
from itertools import product
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from streams.entities.fold import fold
from streams.messages.base import EntityType, Modality
from streams.sources.feed_record import SourceError
from streams.sources.fetch import parse_address

MOST_WATCHES = 500
MOST_RECEIVERS = 50
MOST_WORDS = 200
"""Names, classes, relations or places of one watch."""

Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Word = Annotated[str, Field(min_length=1, max_length=256)]
Part = Literal["name", "class", "relation", "place"]

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SECRETS = {"secret", "token", "password", "key"}


def _folds(name: str) -> str:
    if not fold(name):
        raise ValueError(f"{name!r} has no letter or digit to look for")
    return name


def _clock(given: Any) -> Any:
    # 22:00 without quotes is the number 1320 in YAML 1.1.
    if isinstance(given, int) and not isinstance(given, bool):
        raise ValueError('write it in quotes, as "22:00": without them YAML reads a number')  # noqa: TRY004 - pydantic's
    if isinstance(given, str):
        if not (match := _CLOCK.fullmatch(given.strip())):
            raise ValueError(f"{given!r} is no time of day such as 07:30")
        return time(int(match[1]), int(match[2]))
    return given


def _span(given: Any) -> Any:
    if isinstance(given, str):
        begin, dash, end = given.partition("-")
        if not dash:
            raise ValueError(f"{given!r} is no span of time such as 22:00-07:00")
        return _clock(begin), _clock(end)
    return given


Clock = Annotated[time, BeforeValidator(_clock)]
Span = Annotated[tuple[time, time], BeforeValidator(_span)]


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WatchedName(_Given):
    """Somebody or something to look out for.

    Attributes:
        name: The name, in any spelling that the registry would take for the same.
        aliases: Other names of the same.
        type: Entity type that it must have; None for any.
    """

    name: Annotated[Word, AfterValidator(_folds)]
    aliases: Annotated[tuple[Annotated[Word, AfterValidator(_folds)], ...], Field(max_length=MOST_WORDS)] = ()
    type: EntityType | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name."""
        return self.name, *self.aliases


class Watch(_Given):
    """What is looked out for: all that is given must hold, and of each list one.

    Attributes:
        name: Its name.
        names: Who or what must take part.
        classes: Classes of happenings, by their ids in the ontology.
        relations: Relations of facts, by id or name.
        places: Where it must be: names, or codes of countries (ISO 3166-1 alpha-2).
        modalities: How it must be said.
        confidence: Least confidence.
        sources: Least number of publishers that report it.
        first: Alert only on the first time that these come together.
        contradicts: Alert only on what contradicts what was reported before.
        receivers: Whom to call; None for all.
    """

    name: Slug
    names: Annotated[tuple[WatchedName, ...], Field(max_length=MOST_WORDS)] = ()
    classes: Annotated[tuple[Word, ...], Field(max_length=MOST_WORDS)] = ()
    relations: Annotated[tuple[Word, ...], Field(max_length=MOST_WORDS)] = ()
    places: Annotated[tuple[Annotated[Word, AfterValidator(_folds)], ...], Field(max_length=MOST_WORDS)] = ()
    modalities: Annotated[frozenset[Modality], Field(min_length=1)] = frozenset(("asserted", "past"))
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    sources: Annotated[int, Field(ge=1, le=50)] = 1
    first: tuple[Part, ...] = ()
    contradicts: bool = False
    receivers: tuple[Slug, ...] | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not (self.names or self.classes or self.relations or self.places):
            raise ValueError("it looks for nothing; give it names, classes, relations or places")
        if self.first and self.contradicts:
            raise ValueError("it has both `first` and `contradicts`; make it two watches")
        if self.contradicts and self.classes:
            raise ValueError("only facts can contradict; give it relations or names instead of classes")
        given = {"name": self.names, "class": self.classes, "relation": self.relations, "place": self.places}
        if missing := [part for part in self.first if part in {"name", "place"} and not given[part]]:
            plural = {"name": "names", "place": "places"}
            raise ValueError(f"`first` has {missing[0]}, so the watch needs `{plural[missing[0]]}`")
        if {"class", "relation"} <= set(self.first):
            raise ValueError("`first` has class and relation, which nothing has both; make it two watches")
        return self


class Receiver(_Given):
    """Whom to call.

    Attributes:
        name: Its name.
        url: Address of its webhook.
        secret_file: File of the secret that signs its calls, relative to the list; "" for the settings' secret.
        zone: Time zone of the times below.
        quiet: Spans of the day in which it is not called; one that ends before it begins goes on after midnight.
        digest: Times of day at which it is called with all that has come; empty for at once.
    """

    name: Slug
    url: Annotated[str, Field(max_length=2048)]
    secret_file: Annotated[str, Field(max_length=4096)] = ""
    zone: str = "UTC"
    quiet: Annotated[tuple[Span, ...], Field(max_length=24)] = ()
    digest: Annotated[tuple[Clock, ...], Field(max_length=48)] = ()

    @model_validator(mode="before")
    @classmethod
    def _no_secret(cls, given: Any) -> Any:
        if isinstance(given, dict) and (found := _SECRETS & {str(key).lower() for key in given}):
            raise ValueError(
                f"`{min(found)}` does not belong here: put the secret into a file and give its path as `secret_file`, "
                "or set TRIPLEWIRE_ALERT_SECRET"
            )
        return given

    @model_validator(mode="after")
    def _sound(self) -> Self:
        try:
            parse_address(self.url)
        except SourceError as error:
            raise ValueError(str(error).replace(self.url, "url")) from None  # its path may be a secret
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"there is no time zone {self.zone!r}; write it as Europe/Oslo or UTC") from None
        if any(begin == end for begin, end in self.quiet):
            raise ValueError("a quiet span begins and ends at the same time; take the receiver out instead")
        if self.quiet and all(self.quiet_at(end) for _, end in self.quiet):
            raise ValueError("its quiet hours have no end; take the receiver out instead")
        if self.digest and all(self.quiet_at(at) for at in self.digest):
            raise ValueError("every time of `digest` lies in its quiet hours, so it would never be called then")
        return self

    def quiet_at(self, at: time) -> bool:
        """Returns whether it is not to be called at a time of its day."""
        return any(within(at, span) for span in self.quiet)


def within(at: time, span: tuple[time, time]) -> bool:
    """Returns whether a time of day lies in a span; its end does not belong to it."""
    begin, end = span
    return begin <= at < end if begin < end else at >= begin or at < end


class WatchList(_Given):
    """The whole file."""

    watches: Annotated[tuple[Watch, ...], Field(max_length=MOST_WATCHES)] = ()
    receivers: Annotated[tuple[Receiver, ...], Field(max_length=MOST_RECEIVERS)] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for kind, some in (("watch", self.watches), ("receiver", self.receivers)):
            names = [one.name for one in some]
            if repeated := [name for name in names if names.count(name) > 1]:
                raise ValueError(f"there are two of the name {repeated[0]}; give each {kind} a name of its own")
        known = {one.name for one in self.receivers}
        for watch, name in ((w.name, r) for w in self.watches for r in w.receivers or ()):
            if name not in known:
                raise ValueError(f"watch {watch} names the receiver {name}, which is not listed under `receivers`")
        return self


def combinations(parts: list[list[str]], most: int = 16) -> list[tuple[str, ...]]:
    """Returns every way to take one of each list, at most `most`."""
    return [chosen for chosen, _ in zip(product(*parts), range(most), strict=False)]
