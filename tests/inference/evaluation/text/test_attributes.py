"""The report on a made-up feed small enough to reckon by hand."""

import json
from pathlib import Path

from inference.evaluation.report import Context
from inference.evaluation.text.attributes import evaluate


def test_the_report_says_how_often_keywords_are_the_linked_words(tmp_path: Path) -> None:
    articles = [
        {
            "headline": "",
            "body": f"The committee met. The committee spoke of zebra{n} and zebra{n} again, the committee said.",
            "published_at": "2026-01-01T00:00:00Z",
            "links": [{"text": "x", "title": f"Zebra{n}"}],
        }
        for n in range(80)
    ]
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "current-events.jsonl").write_text("\n".join(map(json.dumps, articles)))
    report = evaluate(Context(tmp_path, quick=True))
    tables = {table.title: table for table in report.tables}
    scores = {row[0]: row[1:] for row in tables["Keywords"].rows}
    # Four terms: committee, met, spoke, and the zebra that no other article has.
    assert scores["TF-IDF (as served)"] == (0.25, 1.0, 0.25, 1.0)
    assert all(row[3] > 0.95 for row in tables["Dates and quantities"].rows)
    assert len(report.plots) == 2
