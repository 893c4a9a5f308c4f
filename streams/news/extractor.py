"""What the news stage and `triplewire extract` need of text extraction."""

from collections.abc import Sequence
from typing import Protocol

from inference.text.types import TextDocument, TextExtraction


class Extractor(Protocol):
    """Finds mentions and relations; `inference.text_extraction.extractor.TextExtractor` is the real one."""

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        """Returns one extraction for each document, in the same order.

        Raises:
            InferenceUnavailable: The model cannot answer now; the same call may succeed later.
            InferenceRejected: The model will never accept one of the documents.
            TooCostlyError: One of the documents costs more than one may.
        """

    async def trouble(self) -> str:
        """Returns why the model cannot work at the moment, or ""."""

    async def close(self) -> None:
        """Closes the connection."""
