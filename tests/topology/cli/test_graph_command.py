"""What `triplewire graph history` shows of what the graph says."""

import asyncio
import json
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from streams.desk import claims, happenings, views
from streams.desk.claims import ClaimView
from streams.desk.history import Episode
from streams.desk.media import DepictedObject, MediaFact, Medium
from streams.desk.views import EntityView
from topology.cli import graph
from topology.cli.graph import driver
from topology.cli.lines import amount
from topology.settings import settings


def episode(object_: str, **changes: object) -> Episode:
    fields = {
        "entity": "Apple",
        "relation": "chief executive officer",
        "object": object_,
        "fact": f"f-{object_}",
        "standing": "current",
        "since": datetime(2026, 3, 1, tzinfo=UTC),
        "until": None,
        "last_seen": datetime(2026, 5, 1, tzinfo=UTC),
        "closed_by": None,
        "evidence": 3,
        "articles": 2,
        "voices": 2,
        "confidence": 0.9,
        "sources": ["Wire"],
    }
    return Episode(**(fields | changes))


def shown(monkeypatch: pytest.MonkeyPatch, episodes: list[Episode]) -> tuple[int, str]:
    monkeypatch.setattr(graph, "with_driver", lambda _: (episodes, []))
    monkeypatch.setenv("COLUMNS", "160")
    result = CliRunner().invoke(graph.graph, ["history", "Apple"])
    return result.exit_code, result.output


def test_history_says_until_when_and_by_what(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = datetime(2026, 3, 9, tzinfo=UTC)
    old = episode("Tim Cook", standing="closed", until=ended, closed_by="Ann Lee")
    code, text = shown(monkeypatch, [old, episode("Ann Lee", since=ended), episode("Bob", standing="disputed")])
    lines = text.splitlines()
    (closed,) = [line for line in lines if "Tim Cook" in line]
    assert all(part in closed for part in ("2026-03-01", "2026-03-09", "closed by Ann Lee", "3 in 2", "Wire"))
    assert "voice" not in text
    assert "seen 2026-05-01" in next(line for line in lines if "2026-03-09" in line and "current" in line)
    assert "disputed" in next(line for line in lines if "Bob" in line)
    assert code == 0


def test_once_is_one_time() -> None:
    assert [amount(count, "time") for count in (0, 1, 2)] == ["0 times", "1 time", "2 times"]


def test_history_of_nobody_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = shown(monkeypatch, [])
    assert code == 1
    assert "graph stats" in text


def proof(sentence: str = "Apple is led by Tim Cook.", **changes: object) -> dict[str, object]:
    fields = {"sentence": sentence, "headline": "News", "url": None, "article": "a", "superseded": False}
    return fields | {"retracted_at": None, "seen_at": datetime(2026, 3, 1, tzinfo=UTC)} | changes


def fact_with(*evidence: dict[str, object]) -> dict[str, object]:
    fact = {"subject": "Apple", "name": "chief executive officer", "object": "Tim Cook", "count": 1, "confidence": 0.9}
    return fact | {
        "retracted_at": None,
        "corrected": None,
        "invalid_at": None,
        "standing": None,
        "holds": True,
        "evidence": list(evidence),
    }


def test_show_marks_sentences_that_do_not_count_and_dates_each(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = datetime(2026, 3, 5, tzinfo=UTC)
    old = proof("He led Apple.", headline=None, retracted_at=ended, superseded=True)
    gone = proof("They say so.", article="b", retracted_at=ended)
    monkeypatch.setattr(graph, "with_driver", lambda _: ([], [fact_with(proof(), old, gone)], [], []))
    lines = CliRunner().invoke(graph.graph, ["show", "Apple"]).output.splitlines()
    assert [line.strip() for line in lines[1:]] == [
        "“Apple is led by Tim Cook.”",
        "2026-03-01 News [a]",
        "“He led Apple.”",
        "2026-03-01 replaced by a newer text on 2026-03-05 [a]",
        "“They say so.”",
        "2026-03-01 withdrawn on 2026-03-05 News [b]",
    ]


def claim(modality: str, **changes: object) -> ClaimView:
    when = datetime(2026, 4, 1, tzinfo=UTC)
    fields = {"id": "c-1", "fact": "f-1", "modality": modality, "subject": "Apple", "object": "Ann Lee", "count": 1}
    fields |= {"relation": "chief executive officer", "confidence": 0.8, "first_seen": when, "last_seen": when}
    fields |= {"since": None, "speakers": [], "fulfilled_at": None, "evidence": [proof(source="Wire")]}
    return ClaimView(**(fields | changes))


def test_show_prints_what_holds_then_claims_then_what_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    over = fact_with() | {"object": "Steve Jobs", "holds": False, "invalid_at": datetime(2011, 8, 24, tzinfo=UTC)}
    over |= {"closed_by": None, "at_latest": True}
    told = [claim("planned", since="2027"), claim("denied", speakers=["Bob"])]
    monkeypatch.setattr(graph, "with_driver", lambda _: ([], [over, fact_with()], told, []))
    monkeypatch.setenv("COLUMNS", "160")
    lines = CliRunner().invoke(graph.graph, ["show", "Apple"]).output.splitlines()
    marks = ("Tim Cook", "planned from 2027", "denied by Bob", "closed at the latest 2011-08-24")
    assert [mark for line in lines for mark in marks if mark in line and "→" in line] == list(marks)


@pytest.mark.parametrize("options", [[], ["--withdrawn"]])
def test_what_was_withdrawn_is_shown_only_on_request(monkeypatch: pytest.MonkeyPatch, options: list[str]) -> None:
    asked = []

    async def facts(*_: object, **wanted: object) -> list[object]:
        asked.append(wanted["withdrawn"])
        return []

    async def nothing(*_: object, **__: object) -> list[object]:
        return []

    monkeypatch.setattr(views, "facts", facts)
    for module, name in ((views, "entities"), (claims, "claims"), (happenings, "happenings")):
        monkeypatch.setattr(module, name, nothing)
    monkeypatch.setattr(graph, "about", lambda entity, ask: lambda *given: ask(*given, entity))
    monkeypatch.setattr(graph, "with_driver", lambda work: asyncio.run(work(None, "neo4j")))
    result = CliRunner().invoke(graph.graph, ["show", "Apple", *options])
    assert asked == [bool(options)]
    assert ("--withdrawn" in result.output) == (not options)


def test_history_says_how_many_articles_are_no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "3 in 2, 1 voice " in shown(monkeypatch, [episode("Tim Cook", voices=1)])[1]


def test_history_ends_with_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "with_driver", lambda _: ([episode("Tim Cook")], [claim("possible")]))
    monkeypatch.setenv("COLUMNS", "160")
    text = CliRunner().invoke(graph.graph, ["history", "Apple"]).output
    assert text.index("Tim Cook") < text.index("possible")


def test_current_history_has_only_what_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = datetime(2026, 3, 9, tzinfo=UTC)
    episodes = [
        episode("Tim Cook", standing="closed", until=ended),
        episode("Ann Lee"),
        episode("Bob", standing="disputed"),
        episode("Cupertino", relation="headquarters location", standing=None),
    ]
    monkeypatch.setattr(graph, "with_driver", lambda _: (episodes, []))
    text = CliRunner().invoke(graph.graph, ["history", "Apple", "--current"]).output
    assert ("Ann Lee" in text, "Cupertino" in text) == (True, True)
    assert ("Tim Cook" in text, "Bob" in text) == (False, False)


@pytest.mark.parametrize("columns", ["80", ""])
def test_history_never_cuts_a_date_or_a_relation(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    one = episode(
        "A very long name of an object that does not fit",
        until=datetime(2026, 3, 9, tzinfo=UTC),
        standing="closed",
        closed_by="Another rather long name",
        sources=["The Wire of Somewhere", "Another Wire", "A Third Wire", "More"],
    )
    monkeypatch.setattr(graph, "with_driver", lambda _: ([one], []))
    monkeypatch.setenv("COLUMNS", columns)
    text = CliRunner().invoke(graph.graph, ["history", "Apple"]).output
    assert "…" not in text.replace(" …", "")
    assert "2026-03-01" in text
    assert "2026-03-09" in text
    # Rich cuts the last column without a sign where the table is wider than the terminal.
    assert all(word in text.split() for word in ("evidence", "sources", "Third"))
    if columns:
        assert all(len(line) <= 80 for line in text.splitlines())
    else:
        assert "chief executive officer" in text


def test_show_says_who_it_is_and_which_item(monkeypatch: pytest.MonkeyPatch) -> None:
    fact = fact_with(proof())
    company = EntityView("e-1", "Apple", "organization", "Q312", ["苹果公司"])
    other = EntityView("e-2", "Apple", "misc", None, [])
    monkeypatch.setattr(graph, "with_driver", lambda _: ([company, other], [fact], [], []))
    monkeypatch.setenv("COLUMNS", "160")
    lines = CliRunner().invoke(graph.graph, ["show", "Apple"]).output.splitlines()
    assert lines[0] == "Apple, organization · https://www.wikidata.org/wiki/Q312 · also 苹果公司"
    assert lines[1] == "Apple, misc"
    assert lines[2].startswith("Apple — chief executive officer → Tim Cook")


def test_a_picture_is_shown_with_its_objects_and_what_it_states(monkeypatch: pytest.MonkeyPatch) -> None:
    dog = DepictedObject("dog", 0.5, (1.0, 2.5, 30.0, 40.0), 1.0, 2.0, 0.25)
    fact = MediaFact("Ann", "spouse", "Bob", 2)
    one = Medium(
        "m-1", "file:///a.mp4", "A walk", "video/mp4", "News", (dog,), ("Ann", "Bob"), has_text=True, facts=(fact,)
    )
    monkeypatch.setattr(graph, "with_driver", lambda _: [one])
    text = CliRunner().invoke(graph.graph, ["picture", "a.mp4"]).output
    assert "dog (0.50) at 1, 2.5, 30, 40, from 1 to 2 s, depth 0.25" in text
    assert "linked to Ann, Bob" in text
    assert "Ann — spouse → Bob (2 times in all)" in text
    boxed = replace(one, boxes={(1.0, 2.0, 3.0, 4.0): "Ann"})
    monkeypatch.setattr(graph, "with_driver", lambda _: [boxed])
    (said,) = json.loads(CliRunner().invoke(graph.graph, ["picture", "a.mp4", "--json"]).output)
    assert said["boxes"] == [{"box": [1.0, 2.0, 3.0, 4.0], "name": "Ann"}]
    assert (said["objects"][0]["begin"], said["facts"][0]["object"]) == (1.0, "Bob")
    monkeypatch.setattr(graph, "with_driver", lambda _: [])
    assert CliRunner().invoke(graph.graph, ["picture", "a.mp4"]).exit_code == 1


@pytest.mark.parametrize("listening", [False, True])
def test_a_graph_that_is_away_or_silent_is_said_within_seconds(
    monkeypatch: pytest.MonkeyPatch, listening: bool
) -> None:
    monkeypatch.setattr(driver, "ANSWERS_WITHIN", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not listening:
            server.close()
        monkeypatch.setenv("TRIPLEWIRE_NEO4J", f"bolt://127.0.0.1:{port}")
        settings.cache_clear()
        try:
            start = time.monotonic()
            result = CliRunner().invoke(graph.graph, ["stats"])
        finally:
            settings.cache_clear()
    assert time.monotonic() - start < 10
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert line.startswith(f"Neo4j at bolt://127.0.0.1:{port} does not answer (")
    assert "triplewire up neo4j" in line


def test_json_has_what_the_table_has_and_a_time_leaves_what_held_then(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = datetime(2026, 3, 9, tzinfo=UTC)
    episodes = [
        episode("Tim Cook", standing="closed", until=ended),
        episode("Ann Lee", since=ended),
        episode("Bob", standing="disputed"),
    ]
    monkeypatch.setattr(graph, "with_driver", lambda _: (episodes, []))

    def objects(*options: str) -> list[str]:
        text = CliRunner().invoke(graph.graph, ["history", "Apple", "--json", *options]).output
        return [one["object"] for one in json.loads(text)["episodes"]]

    assert objects() == ["Tim Cook", "Ann Lee", "Bob"]
    assert objects("--at", "2026-03-08") == ["Tim Cook"]
    assert objects("--at", "2026-03-09") == ["Ann Lee"]
    assert objects("--at", "2026-03-08T23:59:59Z") == ["Tim Cook"]
    result = CliRunner().invoke(graph.graph, ["history", "Apple", "--at", "2020-01-01"])
    assert result.exit_code == 1
    assert "held at that time" in result.output


def test_json_of_an_entity_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    company = EntityView("e-1", "Apple", "organization", "Q312", ["Apple Inc"])
    monkeypatch.setattr(graph, "with_driver", lambda _: ([company], [fact_with(proof())], [claim("denied")], []))
    said = json.loads(CliRunner().invoke(graph.graph, ["show", "Apple", "--json"]).output)
    assert said["entities"][0]["names"] == ["Apple Inc"]
    assert said["facts"][0]["evidence"][0]["sentence"]
    assert said["claims"][0]["standing"].startswith("denied")
