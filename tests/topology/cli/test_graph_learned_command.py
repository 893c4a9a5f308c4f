"""What `triplewire graph related`, `similar` and `next` show."""

from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from streams.desk.learned import LinkedEntity, SimilarEntity, SuggestedLink
from streams.desk.sessions import Session
from topology.cli import graph
from topology.cli.graph import driver
from topology.cli.graph import learned as graph_learned


def shown(monkeypatch: pytest.MonkeyPatch, answer: object, *words: str) -> tuple[int, str]:
    monkeypatch.setattr(driver, "with_driver", lambda _: answer)
    monkeypatch.setenv("COLUMNS", "160")
    result = CliRunner().invoke(graph.graph, list(words))
    return result.exit_code, result.output


def test_related_tells_what_is_reported_from_what_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = [LinkedEntity("e-tim", "Tim Cook", "person", ("chief executive officer",), 3)]
    reasons = ("Apple — founded by → Ann (+0.75)", "named together in 4 articles, last on 2026-11-20")
    open_ = SuggestedLink("Apple", "owned by", "Ann", 0.021, reasons, "e-apple", "e-ann")
    code, text = shown(monkeypatch, (beside, [open_]), "related", "Apple")
    reported, suggested = text.split("Suggested")
    assert code == 0
    assert "Tim Cook, person · chief executive officer (3 times)" in reported
    assert "Apple — owned by → Ann?  2.1%" in suggested
    assert all(f"as {reason}\n" in suggested for reason in reasons)
    assert "reported since" not in suggested


def test_a_confirmed_suggestion_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    known = SuggestedLink("Apple", "owned by", "Ann", 0.2, (), "e-apple", "e-ann", confirmed=True)
    assert "reported since" in shown(monkeypatch, ([], [known]), "related", "Apple")[1]


def test_similar_says_whom_both_are_linked_with(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = shown(monkeypatch, [SimilarEntity("Google", "organization", 0.91, ("Ann",))], "similar", "Apple")
    assert code == 0
    assert all(part in text for part in ("Google", "organization", "0.910", "Ann"))


def test_next_shows_the_story_and_the_likeliest(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"a": ("Apple", "organization"), "t": ("Tim Cook", "person"), "u": ("Union", "organization")}

    async def ranked(*_: object) -> Sequence[tuple[str, float]]:
        return [("t", 1.25), ("u", -0.5)]

    monkeypatch.setattr(graph_learned, "_ranked", ranked)
    story = Session(("a",), (("a", "t"),), names, {"a": 5, "t": 3, "u": 1}, "The Cupertino talks")
    code, text = shown(monkeypatch, story, "next", "Apple", "--limit", "1")
    assert code == 0
    assert "The story so far (The Cupertino talks): Apple" in text
    assert "+1.25" in text
    assert "Union" not in text


@pytest.mark.parametrize(
    ("answer", "command", "advice"),
    [
        (([], []), "related", "graph stats"),
        ([], "similar", "graph vectors"),
        (Session((), (), {}, {}), "next", "graph stats"),
    ],
)
def test_of_nobody_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, answer: object, command: str, advice: str
) -> None:
    code, text = shown(monkeypatch, answer, command, "Nobody")
    assert code == 1
    assert advice in text
