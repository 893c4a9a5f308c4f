"""What the news stage tells the entities stage: what an article says happened, and that it says so no more."""

import pytest

from inference.text.types import TextExtraction
from streams.entities.stage import EntitiesStage
from streams.messages.events import Article, Document, Naming
from streams.news.stage import NewsStage
from streams.road.stage import Item, Record
from tests.streams.news.happenings.world import World
from topology.topics import MENTIONS, TRIPLES


class Told:
    """Says that Hamas bombed Oslo, of every article."""

    async def extract(self, documents):
        world = World("Hamas bombed Oslo.")
        oslo = world.mention("Oslo", "location")
        world.happening("attack", "bombed", {"where": oslo})
        return [
            TextExtraction(d.id, tuple(world.mentions), model="m", happenings=tuple(world.happenings))
            for d in documents
        ]

    async def trouble(self):
        return ""

    async def close(self):
        pass


async def sent(article: Article) -> tuple[Document, Naming, int]:
    """Returns the document and naming that the stage sends, and how many triples."""
    record = Record("raw-news", 0, 0, 1_750_000_000_000, article.id.encode(), b"{}")
    outputs = await NewsStage(Told()).process([Item(record, article)])
    triples = [output for output in outputs if output.topic == TRIPLES.name]
    (naming,) = (output for output in outputs if output.topic == MENTIONS.name)
    assert {output.key for output in [*triples, naming]} == {article.id.encode()}
    headers = tuple(naming.headers)
    parsed = EntitiesStage().parse(Record(MENTIONS.name, 0, 0, 0, naming.key, naming.value, headers))
    assert isinstance(parsed, Naming)
    return Document.model_validate_json(triples[0].value or b""), parsed, len(triples) - 1


async def test_a_naming_tells_what_happened():
    document, naming, count = await sent(Article(id="a-1", body="Hamas bombed Oslo."))
    assert (naming.id, naming.revision, naming.mentions) == (document.id, document.revision, document.mentions)
    (report,) = naming.happenings
    assert report.happening.class_ == "attack"
    assert report.places == (naming.mentions[0].entity.id,)
    assert document.triples == count == 2


@pytest.mark.parametrize("erase", [False, True])
async def test_a_retraction_tells_that_nothing_happened(erase):
    document, naming, count = await sent(Article(id="a-1", op="retract", erase=erase, body="Hamas bombed Oslo."))
    assert (document.op, document.erase, count) == ("retract", erase, 0)
    assert (naming.id, naming.mentions, naming.happenings) == ("a-1", (), ())
