"""What the demo takes when no feed is named."""

import json

import pytest

from topology.demo.feed import folders, illustrated_posts
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
