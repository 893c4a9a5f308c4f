"""What one article may cost: growth with its size, limits, and what becomes of an article that exceeds one."""

import asyncio
import time
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inference.text.budget import Budget
from inference.text.language.words import Words, WordTokenizer
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.routes import Route, english_route
from inference.text_extraction.windows import Window
from inference.text_extraction_zh.names import name_mentions_zh
from inference.text_extraction_zh.segment import _jieba
from inference.text_extraction_zh.units import UnitTokenizer
from inference.text_extraction_zh.windows import sentence_windows
from streams.messages.events import Article, MediaReference, Passage, Spot
from streams.news.articles import parse_article, text_of
from streams.news.reading import TOO_COSTLY
from streams.news.stage import NewsStage
from streams.road.halving import by_halves
from streams.road.stage import Item, PoisonError, Record
from tests.helpers.every_word import EveryWord
from tests.helpers.nasty_texts import GENERATORS
from topology.ontology import load_ontology
from topology.settings import settings

SLOW = {"surnames", "surnames in lines", "rare among known"}
"""What costs jieba's Markov model most for each character."""


@pytest.fixture(scope="module")
def routes():
    models = settings().models
    tokenizer = WordTokenizer(models / "text_extraction" / "1" / "tokenizer.json")
    units = UnitTokenizer.load(models / "text_extraction_zh" / "1" / "vocabulary.json")
    units.words(["中国"])  # loads jieba's dictionary, so that no test measures it

    def of(client: EveryWord) -> dict[str, Route]:
        probe = Window(Words("中", [0], [1], [1], [1], [0, 1]), 0, 1)
        chinese = Route("text_extraction_zh", units, client, sentence_windows, name_mentions_zh, probe)
        return {"en": english_route(tokenizer, client), "zh": chinese}

    return of


@pytest.fixture
def stage_of(routes):
    ontology = load_ontology(settings().ontology)
    return lambda *, whole=False: NewsStage(TextExtractor(routes(EveryWord(whole=whole)), ontology))


def article_of(text: str, id_: str = "nasty") -> Article:
    """Returns an article with a text wherever a publisher may put one."""
    media = tuple(MediaReference(uri=f"https://a.example/{i}", caption=text[:5000]) for i in range(8))
    return Article(
        id=id_,
        headline=text[:2000],
        body=f"{text} x",  # an article whose body nobody can see is refused before it costs anything
        author=text[:1000],
        media=media,
        language="en",  # stands where the text is in no language; Chinese text overrules it
        published_at=datetime(2025, 3, 5, tzinfo=UTC),
    )


def item_of(article: Article, offset: int = 0) -> Item[Article]:
    return Item(Record("raw-news", 0, offset, 1_750_000_000_000, article.id.encode(), b"{}"), article)


class Cost:
    """What processing a text cost: units of work, processor seconds, and megabytes at the peak."""

    def __init__(self, stage: NewsStage, text: str, monkeypatch: pytest.MonkeyPatch, *, memory: bool = False) -> None:
        self.units = 0
        self.reason = ""
        charge = Budget.charge

        def counted(budget: Budget, units: int, what: str) -> None:
            self.units += units
            charge(budget, units, what)

        with monkeypatch.context() as patch:
            patch.setattr(Budget, "charge", counted)
            if memory:
                tracemalloc.start()
            began = time.process_time()
            try:
                asyncio.run(stage.process([item_of(article_of(text))]))
            except PoisonError as error:
                self.reason = error.reason
            self.seconds = time.process_time() - began
            self.megabytes = tracemalloc.get_traced_memory()[1] / 2**20 if memory else 0.0
            if memory:
                tracemalloc.stop()


@pytest.mark.parametrize("whole", [False, True], ids=["each word a name", "each window a name"])
@pytest.mark.parametrize("kind", GENERATORS)
def test_twice_the_text_costs_at_most_three_times_as_much(kind, whole, stage_of, monkeypatch):
    size = 3_000 if kind in SLOW else 8_000
    texts = [GENERATORS[kind](n) for n in (size, 2 * size)]
    if not texts[0].strip():
        return  # refused as empty before anything is done with it
    once, twice = (Cost(stage_of(whole=whole), text, monkeypatch, memory=kind not in SLOW) for text in texts)
    assert once.reason in {"", TOO_COSTLY}
    assert twice.units <= 3 * once.units + 1000
    assert twice.megabytes <= 3 * once.megabytes + 3
    # The allowance keeps short times apart from growth: what grows with the square takes minutes here.
    assert twice.seconds <= 3 * once.seconds + 2


@hypothesis_settings(
    max_examples=12,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(sorted(GENERATORS.keys() - SLOW)), min_size=2, max_size=4), st.booleans())
def test_mixtures_grow_no_faster(stage_of, kinds, whole):
    with pytest.MonkeyPatch.context() as patch:
        texts = ["\n".join(GENERATORS[kind](n // len(kinds)) for kind in kinds) for n in (12_000, 24_000)]
        if not texts[0].strip():
            return
        once, twice = (Cost(stage_of(whole=whole), text, patch) for text in texts)
        assert twice.units <= 3 * once.units + 1000
        assert twice.seconds <= 3 * once.seconds + 2


@pytest.mark.parametrize("kind", GENERATORS)
def test_a_megabyte_ends_within_its_budget(kind, stage_of, monkeypatch):
    text = GENERATORS[kind](200_000 if kind in SLOW else 1_000_000)[:990_000]
    if not text.strip():
        return
    cost = Cost(stage_of(), text, monkeypatch)
    assert cost.reason in {"", TOO_COSTLY}
    assert cost.seconds < 60


def test_a_name_that_grows_a_hundredfold_kills_nobody(stage_of, monkeypatch):
    """40,000 times U+FDFA become 120,000 words under NFKC, of which every end was stored."""
    cost = Cost(stage_of(whole=True), "\ufdfa" * 40_000, monkeypatch, memory=True)
    assert cost.reason == ""
    assert cost.megabytes < 50
    assert cost.seconds < 5


async def refused_of(stage: NewsStage, articles: list[Article]) -> tuple[list[str], list[tuple[str, PoisonError]]]:
    """Processes articles as the road does; returns the ids of what is published on them, and what is refused."""
    refused: list[tuple[str, PoisonError]] = []

    def rejected(item: Item[Article], error: PoisonError) -> tuple[()]:
        refused.append((item.value.id, error))
        return ()

    items = [item_of(article, offset) for offset, article in enumerate(articles)]
    outputs = await by_halves(items, stage.process, on=PoisonError, rejected=rejected)
    return sorted({(output.key or b"").decode() for output in outputs if output.topic == "triples"}), refused


GOOD = [Article(id=f"good-{i}", body=f"Ann Lee met Bob number {i} in Rome.") for i in range(9)]


async def test_only_the_article_that_is_too_costly_is_refused_and_the_others_are_read_once(routes):
    client = EveryWord()
    stage = NewsStage(TextExtractor(routes(client), load_ontology(settings().ontology)))
    giant = Article(id="giant", body="the dog is in the park. " * 20_000)
    published, refused = await refused_of(stage, [*GOOD[:4], giant, *GOOD[4:]])
    assert published == sorted(article.id for article in GOOD)
    ((id_, error),) = refused
    assert (id_, error.reason) == ("giant", TOO_COSTLY)
    assert "140,000 pieces" in error.message
    assert "100,000" in error.message
    assert "inference_article_pieces" in error.message
    assert client.windows == len(GOOD)


async def test_what_the_models_read_is_not_read_again_when_reading_on_is_too_costly(routes, monkeypatch):
    client = EveryWord()
    stage = NewsStage(TextExtractor(routes(client), load_ontology(settings().ontology)))
    monkeypatch.setattr("streams.news.stage.MOST_OUTPUT_BYTES", 20_000)
    wordy = Article(id="wordy", body="Ann and Bob and Cid. " * 30)
    published, refused = await refused_of(stage, [*GOOD[:4], wordy, *GOOD[4:]])
    assert published == sorted(article.id for article in GOOD)
    assert [(id_, error.reason) for id_, error in refused] == [("wordy", TOO_COSTLY)]
    assert client.windows == len(GOOD) + 1


async def test_the_event_loop_answers_while_an_article_is_read(stage_of):
    stage = stage_of()
    text = "Ann and Bob met on May 4 in Rome with 7 dogs. " * 6000
    longest = 0.0

    async def pulse() -> None:
        nonlocal longest
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - began)

    beating = asyncio.create_task(pulse())
    try:
        await refused_of(stage, [article_of(text)])
    finally:
        beating.cancel()
    assert longest < 5  # /health must answer within that time


async def test_passages_that_overlap_cost_no_more_than_the_budget(stage_of):
    spot = Spot(media="m")
    passages = tuple(Passage(start=0, end=100_000, spot=spot) for _ in range(20_000))
    article = Article(id="heard", body="Ann and Bob met. " * 5000, passages=passages)
    published, refused = await refused_of(stage_of(), [article])
    assert published == []
    assert [(id_, error.reason) for id_, error in refused] == [("heard", TOO_COSTLY)]


def test_processor_time_is_a_net_below_the_units():
    from inference.text.budget import TooCostlyError, charge  # noqa: PLC0415

    with Budget(seconds=-1.0).open(), pytest.raises(TooCostlyError, match="processor time"):
        charge(1, "anything")
    with Budget(units=5).open(), pytest.raises(TooCostlyError, match="finding dates would bring this item to 6 units"):
        charge(6, "finding dates")
    charge(10**12, "without a budget")  # nobody pays


def test_terms_fit_into_a_message_whatever_the_words(stage_of):
    long = " ".join(f"A{'b' * 30}{c}" for c in "cdef")
    outputs = asyncio.run(
        stage_of().process(
            [item_of(Article(id="a", body=f"yesterday many people from other towns saw {long} there. " * 3))]
        )
    )
    assert outputs


def test_a_byline_that_grows_is_no_author(stage_of):
    author = f"A{'ﷺ' * 29} B{'ﷺ' * 29}"
    outputs = asyncio.run(stage_of().process([item_of(Article(id="a", body="It rained.", author=author))]))
    assert [output.topic for output in outputs] == ["triples", "mentions"]


@pytest.mark.parametrize("field", ["author", "media", "op", "headline", "source", "section", "passages", "url"])
def test_null_is_the_same_as_leaving_a_field_out(field):
    record = Record("raw-news", 0, 0, 0, b"a", b'{"id": "a", "body": "Ann.", "%s": null}' % field.encode())
    assert parse_article(record, stage="test", max_text=100) == Article(id="a", body="Ann.")


def test_null_captions_are_empty():
    value = b'{"id": "a", "body": "Ann.", "media": [{"uri": "https://a.example/1", "caption": null}]}'
    article = parse_article(Record("raw-news", 0, 0, 0, None, value), stage="test", max_text=100)
    assert article.media[0].caption == ""


def test_a_null_value_retracts_the_article_that_the_key_names():
    article = parse_article(Record("raw-news", 0, 0, 0, "ä-1".encode(), None), stage="test", max_text=100)
    assert (article.id, article.op) == ("ä-1", "retract")


@pytest.mark.parametrize("key", [None, b"", b"\xff", b"a\x00", b"x" * 513])
def test_a_null_value_without_a_usable_key_is_refused(key):
    with pytest.raises(PoisonError, match="null-value: the record has no value"):
        parse_article(Record("raw-news", 0, 0, 0, key, None), stage="test", max_text=100)


@pytest.mark.parametrize("tag", ["en_GB", "en-GB", " EN "])
def test_every_step_reads_a_language_tag_in_the_same_way(tag, stage_of):
    body = "The president of the town said on May 4, 2025 that it was in the park. It is what the people had seen."
    outputs = asyncio.run(stage_of().process([item_of(Article(id="a", body=body, language=tag))]))
    document = outputs[0].value or b""
    assert b'"2025-05-04"' in document
    assert any(output.topic == "triples" and b'"evidence"' in (output.value or b"") for output in outputs)


@pytest.mark.parametrize("where", ["terms", "model", "reading on"])
async def test_what_is_too_costly_is_found_out_once_however_often_the_batch_is_halved(routes, monkeypatch, where):
    """A batch of 64 was halved six times, and each time the article at fault was read up to where it is refused."""
    client = EveryWord()
    stage = NewsStage(TextExtractor(routes(client), load_ontology(settings().ontology)))
    if where == "terms":
        costly = Article(id="costly", body="王小明在北京。" * 3000)
        monkeypatch.setattr("inference.text_extraction_zh.segment._WORD_UNITS", 10**6)
    elif where == "model":
        costly = Article(id="costly", body="the dog is in the park. " * 20_000)
    else:
        monkeypatch.setattr("streams.news.stage.MOST_OUTPUT_BYTES", 20_000)
        costly = Article(id="costly", body="Ann and Bob and Cid. " * 30)
    read = []
    monkeypatch.setattr("streams.news.stage.text_of", lambda article: read.append(article.id) or text_of(article))
    good = [Article(id=f"good-{i}", body=f"Ann Lee met Bob number {i} in Rome.") for i in range(63)]
    published, refused = await refused_of(stage, [*good[:40], costly, *good[40:]])
    assert len(published) == len(good)
    assert [(id_, error.reason) for id_, error in refused] == [("costly", TOO_COSTLY)]
    assert read.count("costly") == 1
    assert stage._refused == {}


def test_the_rare_characters_of_a_text_are_counted_in_one_go():
    """Twenty thousand different characters took ten seconds for each million, before any budget was asked."""
    text = "".join(chr(0x4E00 + (i * 7919) % 20_900) for i in range(150_000))
    began = time.process_time()
    assert _jieba().rare(text) > 100
    assert time.process_time() - began < 1
