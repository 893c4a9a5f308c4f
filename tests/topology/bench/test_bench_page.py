from dataclasses import replace

from topology.bench.page import page
from topology.bench.run import Flow, Result, Yardsticks
from topology.bench.sink import SinkResult, SinkSpeed

FULL = Flow(2000, 10.0, 200.0, 700.0, 3.0, 6.0, 200, 1234, {"model": 4.0, "neo4j": 1.0, "worker-news": 3.0})
PACED = {12.0: Flow(720, 60.0, 12.0, 42.0, 0.4, 0.4, 720, 90), 24.0: Flow(720, 30.0, 24.0, 84.0, 0.4, 1.9, 720, 90)}
POSTS = Flow(100, 4.0, 25.0, 100.0, 0.0, 0.0, 0, 0)
RESULT = Result(
    machine={"cores": "2"},
    plan={"feed": "feed.jsonl", "seed": 0},
    full_speed=FULL,
    paced=PACED,
    posts=POSTS,
    words=60_000,
    yardsticks=Yardsticks(encoder=0.002, kafka=0.0001),
    memory={"triton": 500.0, "worker-news": 200.0, "worker-sink": 150.0},
    start=21.4,
    sink=SinkResult((SinkSpeed(2000, 4000.0, 5000.0, 1.2), SinkSpeed(40, 900.0, 1800.0, 1.6)), 299_999.0, 8000.0),
)


def row(text: str, begin: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {begin}")]
    return [cell.strip() for cell in line.split("|")[1:-1]]


def reached(text: str, aim: str) -> str:
    return row(text, aim)[-1]


def test_cpu_is_told_for_1000_articles_by_share_and_over_the_bare_encoder():
    text = page(RESULT)
    assert row(text, "model") == ["model", "2.00", "50%", "1.00 x", ""]
    assert row(text, "worker-news") == ["worker-news", "1.50", "38%", "0.75 x", "200 MiB"]
    assert row(text, "all") == ["all", "4.00", "100%", "2.00 x", "850 MiB"]
    assert row(text, "bare encoder")[1] == "2.00"


def test_an_aim_that_is_missed_says_so():
    text = page(RESULT)
    assert reached(text, "processor time of all") == "yes"
    assert reached(text, "the model's") == "yes"
    assert reached(text, "Neo4j's") == "yes"
    assert reached(text, "triples/s of the sink") == "yes"
    assert reached(text, "processor time of the sink") == "no"
    assert reached(text, "p99 publish → graph at 12") == "yes"
    assert reached(text, "p99 publish → graph at 24") == "yes"
    assert reached(text, "memory of all workers") == "yes"
    assert reached(text, "words/s of long articles") == "yes"
    assert reached(text, "replay behind") == "no"
    slow = {12.0: replace(PACED[12.0], p99=0.51), 24.0: replace(PACED[24.0], p99=2.1)}
    worse = page(replace(RESULT, paced=slow, yardsticks=Yardsticks(0.001, 0.0), words=40_000))
    assert reached(worse, "p99 publish → graph at 12") == "no"
    assert reached(worse, "p99 publish → graph at 24") == "no"
    assert reached(worse, "processor time of all") == "no"
    assert reached(worse, "words/s of long articles") == "no"


def test_the_sink_is_told_next_to_the_recipe():
    assert row(page(RESULT), "40 |") == ["40", "900", "1,800", "0.50", "1.60 x"]


def test_without_long_articles_nothing_is_said_of_them():
    assert "long articles" not in page(replace(RESULT, posts=None))


def test_happenings_are_on_the_page_next_to_the_triples():
    text = page(RESULT)
    found = dict(zip(row(text, "| articles"), row(text, "full speed"), strict=True))
    assert (found["triples and names/s"], found["happenings"], found["happenings/s"]) == ("700.0", "1234", "123.4")


def test_conditions_are_on_the_page():
    text = page(RESULT)
    assert "- cores: 2" in text
    assert "- seed: 0" in text
