"""The serving code, as evaluation uses it: what is measured is what is served."""

from pathlib import Path
from typing import Any

from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import Window, pack
from inference.triton.served_code import served_code
from topology.ontology import Ontology


class Served:
    """A version folder of the model repository, read in this process without Triton."""

    def __init__(self, folder: Path, code: Path, *, threads: int = 1) -> None:
        """Loads a folder.

        Args:
            folder: Holds `labels.json`, `encoder.onnx`, `pairs.onnx`.
            code: The version folder whose `reader.py` reads it.
            threads: Threads of onnxruntime.
        """
        reader = served_code(code, "reader")
        self.reader: Any = reader.Reader(folder, threads)
        self.likely: float = reader.LIKELY
        self.added: Any = served_code(code, "added")
        self.types: list[str] = self.reader.types
        self.relations: list[str] = self.reader.relations
        self.roles: list[str] = self.reader.happenings.roles

    def known(self, ontology: Ontology) -> Ontology:
        """Returns the ontology without happenings if the weights know none, so that examples fit the model."""
        if self.roles:
            return ontology
        return Ontology(version=ontology.version, entity_types=ontology.entity_types, relations=ontology.relations)

    def read(self, windows: list[Window], tokenizer: WordTokenizer) -> Any:
        """Returns what `reader.Reader.read` returns for these windows."""
        packed = pack(windows, tokenizer.cls_id, tokenizer.sep_id)
        return self.reader.read(packed.input_ids, packed.case_ids, packed.first_piece, packed.lengths)
