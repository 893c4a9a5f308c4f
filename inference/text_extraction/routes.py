"""How each language is read: its model on Triton, and how its text becomes words, windows and names."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from inference.text.cleaning.as_read import Reading, as_read, plain
from inference.text.language.words import Words, WordTokenizer
from inference.text.types import TextMention
from inference.text_embedding.client import EmbeddingClient
from inference.text_extraction.added import AddedRelations, added_relations
from inference.text_extraction.added_classes import AddedClasses
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
        classes: The classes of happenings that the ontology adds; None if there are none.
    """

    model: str
    tokenizer: Tokenizer
    client: TextClient
    windows: Callable[[Words, Sequence[tuple[int, int]]], list[Window]]
    names: Callable[[Sequence[RawMention]], list[TextMention | None]]
    probe: Window
    added: str = ""
    clean: Callable[[str, str], list[Reading]] = plain
    classes: AddedClasses | None = None


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
    """Returns the route of English with the settings' model; it finds what the ontology adds too.

    Raises:
        FileNotFoundError: The model repository has no English model, or the ontology adds classes of happenings and it
            has no sentence encoder.
    """
    folder = chosen.models / TEXT_MODEL / "1"
    tokenizer = WordTokenizer(folder / "tokenizer.json")
    labels = read_labels((folder / "labels.json").read_bytes())
    own = ontology.for_language("en")
    added = added_relations(
        own.relations,
        labels.relations,
        tokenizer,
        chosen.open_relation_threshold,
    )
    client = _client(chosen, tokenizer, TEXT_MODEL, added, happenings=bool(labels.classes and ontology.happenings))
    classes = added_classes(chosen, own, labels.classes)
    return english_route(tokenizer, client, added=added.digest if added else "", classes=classes)


def added_classes(chosen: Settings, ontology: Ontology, trained: Collection[str]) -> AddedClasses | None:
    """Returns the classes of happenings that a model was not trained on; None if there is none.

    Args:
        chosen: Where the sentence encoder is, and how sure a happening must be.
        ontology: The classes.
        trained: Ids of the classes that the model was trained on; if there are none, it knows no happenings.

    Raises:
        FileNotFoundError: Classes are added, but the model repository has no sentence encoder.
    """
    specs = [spec for spec in ontology.happenings if spec.id not in trained]
    if not specs or not trained:
        return None
    encoder = EmbeddingClient(
        chosen.triton, chosen.models, requests=chosen.inference_requests, timeout=chosen.inference_timeout
    )
    return AddedClasses(specs, encoder, chosen.happening_threshold)


def english_route(
    tokenizer: WordTokenizer, client: TextClient, *, added: str = "", classes: AddedClasses | None = None
) -> Route:
    """Returns the route of English with a given tokenizer and client.

    Args:
        tokenizer: The model's tokenizer.
        client: The model's client.
        added: `AddedRelations.digest` of the relations that the client adds to each request; "" if there are none.
        classes: The classes of happenings that the ontology adds; None if there are none.
    """
    (words,) = tokenizer.words([_PROBE])
    probe = Window(words, 0, len(words))
    return Route(TEXT_MODEL, tokenizer, client, make_windows, name_mentions, probe, added, as_read, classes)


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
