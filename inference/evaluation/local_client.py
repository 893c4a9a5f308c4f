"""A text client without a server: reads windows in this process with the code and graphs that Triton loads."""

from collections.abc import MutableMapping, Sequence
from pathlib import Path

from inference.text.language.words import WordTokenizer
from inference.text_extraction.client import TEXT_MODEL, TextClient
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.results import TextLabels, WindowResult, read_labels, read_results
from inference.text_extraction.routes import english_route
from inference.text_extraction.windows import Window
from inference.training.text.served import Served
from topology.ontology import load_ontology
from topology.settings import settings

_AT_ONCE = 64


class LocalClient(TextClient):
    """Reads a version folder as `TextClient` reads a server. Needs onnxruntime."""

    def __init__(self, folder: Path, tokenizer: WordTokenizer, *, threads: int = 1, code: Path | None = None) -> None:
        """Loads a version folder of the model repository.

        Args:
            folder: Holds the weights.
            tokenizer: Their tokenizer.
            threads: Threads of onnxruntime.
            code: The version folder whose code reads them; by default the same.
        """
        super().__init__("in this process", tokenizer.cls_id, tokenizer.sep_id, windows=_AT_ONCE, requests=1, timeout=0)
        self._tokenizer = tokenizer
        self._served = Served(folder, code or folder, threads=threads)
        self._labels: TextLabels = read_labels((folder / "labels.json").read_bytes())

    async def infer(
        self, windows: Sequence[Window], kept: MutableMapping[int, WindowResult] | None = None
    ) -> list[WindowResult]:
        """Returns what the model finds in each window."""
        results: list[WindowResult] = []
        for start in range(0, len(windows), _AT_ONCE):
            part = list(windows[start : start + _AT_ONCE])
            read = self._served.read(part, self._tokenizer)
            outputs = {name: getattr(read, name) for name in self._labels.outputs}
            results += read_results(part, outputs, self._labels)
        if kept is not None:
            kept.update(enumerate(results))
        return results


def local_extractor(folder: Path) -> TextExtractor:
    """Returns an extractor like the service's, with the model of a version folder."""
    tokenizer = WordTokenizer(folder / "tokenizer.json")
    return TextExtractor(
        {"en": english_route(tokenizer, LocalClient(folder, tokenizer))}, load_ontology(settings().ontology)
    )


def version_folder(models: Path) -> Path:
    """Returns the folder of the shipped text model in a model repository."""
    return models / TEXT_MODEL / "1"


def knows_happenings(folder: Path) -> bool:
    """Returns whether the weights of a version folder were trained on happenings."""
    return bool(read_labels((folder / "labels.json").read_bytes()).classes)
