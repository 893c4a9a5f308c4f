import asyncio
import json
import os
import sys

from streams.messages.events import Triple


async def extract(double, *args, feed=b"", **env):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from topology.cli import app; app()",
        "extract",
        *map(str, args),
        env={**os.environ, "TRIPLEWIRE_TRITON": double.url, "TRIPLEWIRE_RELATION_THRESHOLD": "0.3", **env},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(feed)
    return process.returncode, out, err.decode()


def article(id_, body, headline=""):
    return json.dumps({"id": id_, "headline": headline, "body": body}).encode() + b"\n"


FEED = article("a1", "it rained. Ann Lee is in Rome.", "Ann Lee in Rome") + b"oops\n" + article("a2", "nothing here")


async def test_articles_become_triples_and_mentions(double, tmp_path):
    source, target, mentions = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "mentions.jsonl"
    source.write_bytes(FEED)
    code, out, err = await extract(double, source, target, "--mentions", mentions, "--observed-at", "2026-01-02")
    assert (code, out) == (0, b"")
    assert "line 2: not-json" in err
    assert "2 articles: 2 triples, 4 mentions; 1 line could not be read" in err
    triples = [Triple.model_validate_json(line) for line in target.read_bytes().splitlines()]
    assert [(t.subject.name, t.predicate.name, t.object.name, t.evidence.field) for t in triples] == [
        ("Ann Lee", "residence", "Rome", "headline"),
        ("Ann Lee", "residence", "Rome", "body"),
    ]
    assert triples[1].evidence.sentence.text == "Ann Lee is in Rome."
    assert triples[1].evidence.observed_at.isoformat() == "2026-01-02T00:00:00+00:00"
    assert (triples[1].evidence.model, triples[1].evidence.model_version) == ("text_extraction", "double-1")
    rows = [json.loads(line) for line in mentions.read_bytes().splitlines()]
    assert rows[2] == {
        "document": "a1",
        "field": "body",
        "start": 11,
        "end": 18,
        "text": "Ann Lee",
        "type": "person",
        "entity": triples[1].subject.id,
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "mentions.jsonl", "out.jsonl"]
    again = tmp_path / "again.jsonl"
    await extract(double, source, again, "--observed-at", "2026-01-02")
    assert again.read_bytes() == target.read_bytes()


async def test_pipes_and_strictness(double):
    code, out, err = await extract(double, "-", "-", "--strict", feed=FEED)
    assert code == 1
    assert [json.loads(line)["object"]["name"] for line in out.splitlines()] == ["Rome", "Rome"]
    assert "1 line could not be read" in err
    assert (await extract(double, "-", "-", "--strict", feed=article("a", "ok")))[0] == 0


async def test_nothing_is_written_when_the_model_is_away(double, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_bytes(FEED)
    await double.stop()
    code, _, err = await extract(double, source, tmp_path / "out.jsonl")
    assert code == 1
    assert "UNAVAILABLE" in err
    assert "TRIPLEWIRE_TRITON" in err
    assert "Traceback" not in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


async def test_missing_files_are_named(double, tmp_path):
    code, _, err = await extract(double, tmp_path / "none.jsonl", tmp_path / "out.jsonl")
    assert (code, err.strip()) == (1, f"{tmp_path / 'none.jsonl'}: no such file")
    (tmp_path / "in.jsonl").write_bytes(FEED)
    code, _, err = await extract(double, tmp_path / "in.jsonl", tmp_path / "no" / "out.jsonl")
    assert code == 1
    assert "No such file or directory" in err
    assert "Traceback" not in err
