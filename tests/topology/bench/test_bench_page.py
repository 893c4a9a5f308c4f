from dataclasses import replace

from topology.bench.page import page
from topology.bench.run import Flow, Result

FULL = Flow(2000, 10.0, 200.0, 700.0, 3.0, 6.0, 200, 1234, {"model": 4.0, "kafka": 1.0, "worker-news": 3.0})
PACED = Flow(720, 60.0, 12.0, 42.0, 0.4, 1.9, 720, 90)
RESULT = Result(
    {"cores": "2"},
    {"feed": "feed.jsonl", "seed": 0},
    FULL,
    PACED,
    {"triples_per_second": 12_000.0, "replay_per_second": 299_999.0},
)


def reached(text: str, aim: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {aim}")]
    return line.split("|")[-2].strip()


def test_cpu_is_told_for_1000_articles_and_by_share():
    text = page(RESULT)
    assert "| model | 2.00 | 50% |" in text
    assert "| all | 4.00 | 100% |" in text
    assert "share of the whole is 50%" in text


def test_an_aim_that_is_missed_says_so():
    text = page(RESULT)
    assert reached(text, "CPU-seconds per 1000") == "yes"
    assert reached(text, "sink") == "yes"
    assert reached(text, "replay behind") == "no"
    assert reached(text, "p99") == "yes"
    worse = page(replace(RESULT, paced=replace(PACED, p99=2.0), full_speed=replace(FULL, cpu_seconds={"model": 10.2})))
    assert reached(worse, "p99") == "no"
    assert reached(worse, "CPU-seconds per 1000") == "no"


def test_happenings_are_on_the_page_next_to_the_triples():
    text = page(RESULT)
    (head,) = [line.split("|") for line in text.splitlines() if line.startswith("| | articles")]
    (full,) = [line.split("|") for line in text.splitlines() if line.startswith("| full speed")]
    row = dict(zip(map(str.strip, head), map(str.strip, full), strict=True))
    assert (row["triples and names/s"], row["happenings"], row["happenings/s"]) == ("700.0", "1234", "123.4")


def test_conditions_are_on_the_page():
    text = page(RESULT)
    assert "- cores: 2" in text
    assert "- seed: 0" in text
