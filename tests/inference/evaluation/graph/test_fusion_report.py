"""The report on fusion: its simulation is what it says."""

import random
from pathlib import Path

from inference.evaluation.graph.fusion import RULES, evaluate, made_up
from inference.evaluation.report import Context
from streams.sink.judging.fusion import DAY


def test_without_noise_every_article_names_the_holder_of_its_day() -> None:
    office = made_up(random.Random(3), 0.0)  # noqa: S311
    assert len(office.votes) > 5
    assert all(vote.value == office.truth(vote.at / DAY) for vote in office.votes)


def test_the_quick_report_has_every_rule_and_is_the_same_each_time() -> None:
    reports = [evaluate(Context(Path("nowhere"), quick=True)) for _ in range(2)]
    assert [table.rows for table in reports[0].tables] == [table.rows for table in reports[1].tables]
    assert reports[0].tables[0].columns[1:] == tuple(RULES)
    assert reports[0].tables[0].rows[0][1] > 0.8
