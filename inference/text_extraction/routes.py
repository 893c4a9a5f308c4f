"""How each language is read: its model on Triton, and how its text becomes words, windows and names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from inference.text.cleaning.as_read import Reading, as_read, plain
from inference.text.language.words import Words, WordTokenizer
from inference.text.types import TextMention
from inference.text_extraction.added import AddedRelations, added_relations
from inference.text_extraction.client import TEXT_MODEL, TextClient
from inference.text_extraction.mentions import RawMention, name_mentions
from inference.text_extraction.results import read_labels
from inference.text_extraction.windows import Window, make_windows
from inference.text_extraction_zh.names import name_mentions_zh
from inference.text_extraction_zh.units import UnitTokenizer
from inference.text_extraction_zh.windows import sentence_windows
from topology.ontology import Ontology
from topology.settings import Settings

CHINESE_MODEL = "text_extraction_zh"

_PROBE = "Acme Corp named Jane Doe its chief executive officer in Berlin on Monday."


class Tokenizer(Protocol):
    """Splits texts into words; `WordTokenizer` and `UnitTokenizer` are the real ones."""

    cls_id: int
    sep_id: int

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Returns the words of each text."""


@dataclass(frozen=True, slots=True)
class Route:
    """How one language is read.

    Attributes:
        model: The model's name on Triton.
        tokenizer: Splits text into words.
        client: The model's client.
        windows: Cuts words into windows, given the text's sentences.
        names: Names the mentions of one article.
        probe: A window that a healthy model can read.
        added: `AddedRelations.digest` of the relations that each request adds; "" if there are none.
        clean: Returns headline and body as the model reads them.
    """

    model: str
    tokenizer: Tokenizer
    client: TextClient
    windows: Callable[[Words, Sequence[tuple[int, int]]], list[Window]]
    names: Callable[[Sequence[RawMention]], list[TextMention | None]]
    probe: Window
    added: str = ""
    clean: Callable[[str, str], list[Reading]] = plain


def language_routes(chosen: Settings, ontology: Ontology) -> dict[str, Route]:
    """Returns the route of each language (primary subtag) that the settings' model repository has a model for.

    Raises:
        FileNotFoundError: The repository has no English model.
    """
    found = {"en": english(chosen, ontology)}
    if route := chinese(chosen):
        found["zh"] = route
    return found


def english(chosen: Settings, ontology: Ontology) -> Route:
    """Returns the route of English with the settings' model; it finds the ontology's added relations too.

    Raises:
        FileNotFoundError: The model repository has no English model.
    """
    folder = chosen.models / TEXT_MODEL / "1"
    tokenizer = WordTokenizer(folder / "tokenizer.json")
    labels = read_labels((folder / "labels.json").read_bytes())
    added = added_relations(
        ontology.for_language("en").relations,
        labels.relations,
        tokenizer,
        chosen.open_relation_threshold,
    )
    client = _client(chosen, tokenizer, TEXT_MODEL, added, happenings=bool(labels.classes and ontology.happenings))
    return english_route(tokenizer, client, added=added.digest if added else "")


def english_route(tokenizer: WordTokenizer, client: TextClient, *, added: str = "") -> Route:
    """Returns the route of English with a given tokenizer and client.

    Args:
        tokenizer: The model's tokenizer.
        client: The model's client.
        added: `AddedRelations.digest` of the relations that the client adds to each request; "" if there are none.
    """
    (words,) = tokenizer.words([_PROBE])
    probe = Window(words, 0, len(words))
    return Route(TEXT_MODEL, tokenizer, client, make_windows, name_mentions, probe, added, as_read)


def chinese(chosen: Settings) -> Route | None:
    """Returns the route of Chinese; None if the settings' model repository has no model for it."""
    vocabulary = chosen.models / CHINESE_MODEL / "1" / "vocabulary.json"
    if not vocabulary.is_file():
        return None
    tokenizer = UnitTokenizer.load(vocabulary)
    # Built by hand, so that a health check does not load jieba's dictionary: the first Chinese article does.
    words = Words("中国", [0, 1], [1, 2], [1, 3], [tokenizer.cls_id, tokenizer.sep_id], [0, 1, 2])
    client = _client(chosen, tokenizer, CHINESE_MODEL)
    return Route(CHINESE_MODEL, tokenizer, client, sentence_windows, name_mentions_zh, Window(words, 0, 2))


def _client(
    chosen: Settings,
    tokenizer: Tokenizer,
    model: str,
    added: AddedRelations | None = None,
    *,
    happenings: bool = False,
) -> TextClient:
    return TextClient(
        chosen.triton,
        tokenizer.cls_id,
        tokenizer.sep_id,
        windows=chosen.inference_windows,
        requests=chosen.inference_requests,
        timeout=chosen.inference_timeout,
        added=added,
        model=model,
        happenings=happenings,
    )
