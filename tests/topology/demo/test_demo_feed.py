"""What the demo takes when no feed is named."""

import json

import pytest

from streams.sources.feed_record import FeedRecord
from topology.demo.feed import FeedContent, folders, illustrated_posts
from topology.settings import Settings


@pytest.fixture
def declared(tmp_path) -> Settings:
    (tmp_path / "feeds" / "pictures").mkdir(parents=True)
    return Settings(data=tmp_path)


def test_of_the_data_folder_s_posts_the_first_twenty_with_one_picture_are_taken(declared):
    """Every third post has no picture, every third one, every third two."""
    feeds = declared.data / "feeds"
    posts = []
    for at in range(90):
        media = [{"path": f"pictures/{name}.png"} for name in range(at % 3)]
        posts.append({"id": f"p{at}", "headline": "A post", "body": "b", "media": media})
    (feeds / "gsa-posts.jsonl").write_text("\n".join(map(json.dumps, posts)))
    for name in (0, 1):
        (feeds / "pictures" / f"{name}.png").touch()
    taken = list(illustrated_posts(declared))
    assert [item.article.id for item in taken] == [f"p{at}" for at in range(1, 60, 3)]
    assert folders(taken) == [feeds / "pictures"]


def test_without_the_data_folder_there_are_none(declared):
    assert list(illustrated_posts(declared)) == []


def records(*articles):
    return [FeedRecord.build("here", {"headline": "", "body": "b"} | article) for article in articles]


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        ([{"id": "a"}], "1 record: 1 article"),
        ([{"id": "a"}, {"id": "b"}, {"id": "a", "body": "c"}], "3 records: 2 articles, 1 correction of them"),
        (
            [{"id": "a"}, {"id": "a", "body": "c"}, {"id": "a", "op": "retract"}, {"id": "a", "body": "c"}],
            "4 records: 1 article, 1 correction, 1 withdrawal and 1 repeat of them",
        ),
        ([{"id": "a"}, {"headline": "no id"}], "2 records: 1 article, 1 that no article can be made of"),
    ],
)
def test_a_feed_says_why_it_has_fewer_articles_than_records(feed, words):
    assert str(FeedContent.of(records(*feed))) == words
