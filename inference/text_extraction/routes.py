"""How a language is read: its model on Triton, and its own way to words, windows and names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from inference.text.language.words import Words, WordTokenizer
from inference.text.types import TextMention
from inference.text_extraction.added import added_relations
from inference.text_extraction.client import TEXT_MODEL, TextClient
from inference.text_extraction.mentions import RawMention, name_mentions
from inference.text_extraction.results import read_labels
from inference.text_extraction.windows import Window, make_windows
from inference.text_extraction_zh.names import name_mentions_zh
from inference.text_extraction_zh.units import UnitTokenizer
from inference.text_extraction_zh.windows import sentence_windows
from topology.ontology import load_ontology
from topology.settings import Settings

CHINESE_MODEL = "text_extraction_zh"

_PROBE = "Acme Corp named Jane Doe its chief executive officer in Berlin on Monday."


class Tokenizer(Protocol):
    """Splits texts into words; `WordTokenizer` and `UnitTokenizer` are two."""

    cls_id: int
    sep_id: int

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Returns the words of each text."""


@dataclass(frozen=True, slots=True)
class Route:
    """A language's way to its model.

    Attributes:
        model: Its name on Triton.
        tokenizer: Text to words.
        client: The model's client.
        windows: Words and sentences to windows.
        names: Mentions of one article to named mentions.
        probe: What a healthy model can read.
        added: `AddedRelations.digest` of the relations that the model is told with each request; "" if of none.
    """

    model: str
    tokenizer: Tokenizer
    client: TextClient
    windows: Callable[[Words, Sequence[tuple[int, int]]], list[Window]]
    names: Callable[[Sequence[RawMention]], list[TextMention | None]]
    probe: Window
    added: str = ""


def english(chosen: Settings, tokenizer: WordTokenizer | None = None, client: TextClient | None = None) -> Route:
    """Returns the way of English.

    Args:
        chosen: The settings.
        tokenizer: By default the one beside the model in the settings' model repository.
        client: By default one for the settings' Triton.
    """
    folder = chosen.models / TEXT_MODEL / "1"
    tokenizer = tokenizer or WordTokenizer(folder / "tokenizer.json")
    added = (
        None
        if client
        else added_relations(
            load_ontology(chosen.ontology).for_language("en").relations,
            read_labels((folder / "labels.json").read_bytes()).relations,
            tokenizer,
            chosen.open_relation_threshold,
        )
    )
    client = client or TextClient(
        chosen.triton,
        tokenizer.cls_id,
        tokenizer.sep_id,
        windows=chosen.inference_windows,
        requests=chosen.inference_requests,
        timeout=chosen.inference_timeout,
        added=added,
    )
    (words,) = tokenizer.words([_PROBE])
    probe = Window(words, 0, len(words))
    return Route(TEXT_MODEL, tokenizer, client, make_windows, name_mentions, probe, added.digest if added else "")


def chinese(chosen: Settings) -> Route | None:
    """Returns the way of Chinese; None if the model repository has no model for it."""
    vocabulary = chosen.models / CHINESE_MODEL / "1" / "vocabulary.json"
    if not vocabulary.is_file():
        return None
    tokenizer = UnitTokenizer.load(vocabulary)
    client = TextClient(
        chosen.triton,
        tokenizer.cls_id,
        tokenizer.sep_id,
        windows=chosen.inference_windows,
        requests=chosen.inference_requests,
        timeout=chosen.inference_timeout,
        model=CHINESE_MODEL,
    )
    # Made by hand: jieba's dictionary is read when the first Chinese article comes, not to look after a server.
    words = Words("中国", [0, 1], [1, 2], [1, 3], [tokenizer.cls_id, tokenizer.sep_id], [0, 1, 2])
    return Route(CHINESE_MODEL, tokenizer, client, sentence_windows, name_mentions_zh, Window(words, 0, 2))
