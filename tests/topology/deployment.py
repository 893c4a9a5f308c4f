"""docker-compose.yml as Compose would see it: merged, interpolated, parsed."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from topology.topics import CORRECTIONS, FEED_STATE, MENTIONS, RAW_MEDIA, RAW_NEWS, TRIPLES

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<word>[^}]*))?\})")
GIVEN = {"NEO4J_PASSWORD": "graph-password", "GRAFANA_PASSWORD": "grafana-password"}


def interpolate(text: str, given: dict[str, str] = GIVEN) -> str:
    """Replaces `${NAME}`, `${NAME:-default}` and `${NAME:?error}`, and `$$` by a dollar, as Compose does."""

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        if found := given.get(match["name"]):
            return found
        if match["how"] == ":?":
            raise KeyError(f"{match['name']}: {match['word']}")
        return match["word"] or ""

    return VARIABLE.sub(value, text)


def variables() -> set[str]:
    """Returns every variable that the file takes from the operator's environment."""
    return {match["name"] for match in VARIABLE.finditer(TEXT) if match["name"]}


VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
READ_BY = {
    "news": RAW_NEWS,
    "media": RAW_MEDIA,
    "entities": MENTIONS,
    "sink": TRIPLES,
    "suggestions": TRIPLES,
    "feeds": FEED_STATE,
    "alerts": TRIPLES,
    "corrections": CORRECTIONS,
}
RAW: dict[str, Any] = yaml.safe_load(TEXT)
COMPOSE: dict[str, Any] = yaml.safe_load(interpolate(TEXT))
SERVICES: dict[str, Any] = COMPOSE["services"]


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Returns (instruction, arguments) of a Dockerfile under topology/docker, lines joined, comments dropped."""
    lines = (ROOT / dockerfile).read_text(encoding="utf-8").splitlines()
    joined = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    return [(head, rest.strip()) for head, _, rest in (line.partition(" ") for line in joined.splitlines()) if head]
