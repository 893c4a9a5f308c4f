"""Named entity corpora in column formats: one token a line, an empty line after each sentence."""

from collections.abc import Iterator
from pathlib import Path

from inference.training.text.sources.detokenise import join
from inference.training.text.sources.passages import NAMED, Mark, Passage, types

_CORE = types(("person", "organization", "location"))
_SCHEMES: dict[str, dict[str, frozenset[str]]] = {
    "core": {"PER": types(("person",)), "ORG": types(("organization",)), "LOC": types(("location",))},
    # wikigold's MISC holds nationalities, events, works and products alike.
    "misc": {
        "PER": types(("person",)),
        "ORG": types(("organization",)),
        "LOC": types(("location",)),
        "MISC": types(("misc", "event", "work", "product")),
    },
    "wnut": {
        "person": types(("person",)),
        "location": types(("location",)),
        "corporation": types(("organization",)),
        "group": types(("organization",)),
        "creative-work": types(("work",)),
        "product": types(("product", "work")),
    },
}
_LABELLED = {"core": _CORE, "misc": types(NAMED), "wnut": _CORE | {"product", "work"}}

SENTENCES_A_PASSAGE = 4
"""Consecutive sentences are read together, for windows hold several sentences when the model serves."""

Sentence = tuple[list[str], list[str]]


def read_columns(path: Path, *, token: int, label: int) -> Iterator[Sentence]:
    """Yields each sentence's tokens and labels. Lines starting with `# ` and document marks are comments."""
    label_columns = 2  # a comment has more words; a token "#" has one label
    tokens: list[str] = []
    labels: list[str] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        columns = line.split("\t") if "\t" in line else line.split(" ")
        if not line.strip() or line.startswith("-DOCSTART-"):
            if tokens:
                yield tokens, labels
            tokens, labels = [], []
        elif not (line.startswith("# ") and len(columns) > label_columns) and len(columns) > max(
            token, label % len(columns)
        ):
            tokens.append(columns[token])
            labels.append(columns[label].strip())
    if tokens:
        yield tokens, labels


def spans(labels: list[str]) -> list[tuple[int, int, str]]:
    """Returns (first, end, type) of each entity in BIO or IO labels."""
    found: list[tuple[int, int, str]] = []
    start, kind = 0, ""
    for i, label in enumerate([*labels, "O"]):
        prefix, _, name = label.partition("-")
        if kind and (prefix != "I" or name != kind):
            found.append((start, i, kind))
            kind = ""
        if prefix in {"B", "I"} and not kind:
            start, kind = i, name
    return found


def passages(source: str, sentences: Iterator[Sentence], scheme: str, *, together: int) -> Iterator[Passage]:
    """Yields passages of `together` consecutive sentences."""
    names, labelled = _SCHEMES[scheme], _LABELLED[scheme]
    group: list[Sentence] = []
    for number, sentence in enumerate(sentences):
        group.append(sentence)
        if len(group) == together:
            yield _passage(source, f"{number // (together * 8)}", group, names, labelled)
            group = []
    if group:
        yield _passage(source, "last", group, names, labelled)


def _passage(
    source: str, document: str, group: list[Sentence], names: dict[str, frozenset[str]], labelled: frozenset[str]
) -> Passage:
    text = ""
    marks: list[Mark] = []
    for tokens, labels in group:
        joined, places = join(tokens)
        offset = len(text) + 1 if text else 0
        text = f"{text} {joined}" if text else joined
        for first, end, kind in spans(labels):
            if kind in names:
                marks.append(Mark(offset + places[first][0], offset + places[end - 1][1], names[kind]))
    return Passage(source, document, text, tuple(marks), labelled)


def ewt(data: Path) -> Iterator[Passage]:
    """UNER English EWT, dev and test: web text."""
    for part in ("dev", "test"):
        path = data / f"ner/uner-en-ewt/en_ewt-ud-{part}.iob2"
        yield from passages("uner-ewt", read_columns(path, token=1, label=2), "core", together=SENTENCES_A_PASSAGE)


def pud(data: Path) -> Iterator[Passage]:
    """UNER English PUD: news and Wikipedia sentences; for the report only."""
    path = data / "ner/uner-en-pud/en_pud-ud-test.iob2"
    yield from passages("uner-pud", read_columns(path, token=1, label=2), "core", together=1)


def wikigold(data: Path) -> Iterator[Passage]:
    """Wikigold: Wikipedia."""
    path = data / "ner/misc/wikigold/CONLL-format/wikigold.conll.txt"
    yield from passages("wikigold", read_columns(path, token=0, label=-1), "misc", together=SENTENCES_A_PASSAGE)


def wnut(data: Path) -> Iterator[Passage]:
    """WNUT 2017, train and dev: tweets and forum posts."""
    folder = data / "ner/misc/WNUT17/CONLL-format"
    for path in (folder / "train/wnut17train.conll", folder / "dev/emerging.dev.conll"):
        yield from passages("wnut17", read_columns(path, token=0, label=-1), "wnut", together=2)


def btc(data: Path) -> Iterator[Passage]:
    """Broad Twitter Corpus."""
    for path in sorted((data / "ner/misc/BTC/CONLL-format").glob("*.conll")):
        yield from passages("btc", read_columns(path, token=0, label=-1), "core", together=2)


def conllpp_dev(data: Path) -> Iterator[Passage]:
    """CoNLL++ dev: Reuters 1996; for the report only."""
    path = data / "ner/conllpp/conllpp_dev.txt"
    yield from passages("conllpp-dev", read_columns(path, token=0, label=-1), "core", together=1)


def wikineural_test(data: Path) -> Iterator[Passage]:
    """WikiNEuRal English test: Wikipedia; for the report only."""
    path = data / "ner/wikineural-en/wikineural/en/test.conllu"
    yield from passages("wikineural-test", read_columns(path, token=1, label=2), "core", together=1)
