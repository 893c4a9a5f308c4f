"""Articles as sessions of what they name, in order of time."""

import json
from datetime import date

from inference.training.links.own_graph import OwnArticle, OwnEntity, write_articles
from inference.training.next_entity.stories.articles import Article, by_time, read_linked, read_own


def line(day, *links):
    links_of_line = [{"text": text, "title": title} for text, title in links]
    return json.dumps({"published_at": f"{day}T00:00:00Z", "links": links_of_line})


def test_sessions_are_names_in_their_order_each_once(tmp_path):
    feed = tmp_path / "feed.jsonl"
    feed.write_text(
        "\n".join(
            [
                line("2026-02-02", ("Oslo", "Oslo"), ("ferry", "Ferry"), ("Berg", "Ada Berg"), ("Oslo", "Oslo")),
                line("2026-02-02", ("Oslo", "Oslo")),
                line("2026-02-01", ("2026 Cup", "Cup"), ("Rome", "Rome")),
            ]
        )
    )
    assert read_linked(feed) == [
        Article("2026-02-01", ("Cup", "Rome")),
        Article("2026-02-02", ("Oslo", "Ada Berg")),
    ]


def test_own_entities_are_the_texts_of_their_vectors(tmp_path):
    path = tmp_path / "own.jsonl"
    ada, oslo = OwnEntity("e1", "Ada Berg", "person"), OwnEntity("e2", "Oslo", "location")
    write_articles(path, [OwnArticle("a", date(2026, 2, 1), (ada, oslo), ())])
    assert read_own(path) == [Article("2026-02-01", ("Ada Berg (person)", "Oslo (location)"))]


def test_no_day_is_in_two_parts_of_a_split():
    articles = [Article(f"2026-01-{1 + n // 5:02}", ("a", "b")) for n in range(100)]
    train, valid, test = by_time(articles)
    assert [*train, *valid, *test] == articles
    assert max(a.day for a in train) < min(a.day for a in valid)
    assert max(a.day for a in valid) < min(a.day for a in test)
    assert (len(train), len(valid), len(test)) == (70, 10, 20)
    assert by_time([]) == ([], [], [])
