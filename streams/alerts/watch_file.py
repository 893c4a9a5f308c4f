"""Reads the file of watches, says where it is wrong, and reads it again when it changes."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from streams.alerts.watch_list import WatchList
from streams.sources.changing_file import ChangingFile
from streams.sources.feed_record import SourceError, read_bytes
from topology.ontology import Ontology

LARGEST = 4 * 1024 * 1024
PROBLEMS_SHOWN = 5
_MEANT = {
    "missing": "it is required",
    "extra_forbidden": "there is no such field; docs/alerts.md lists all",
    "model_type": "it must be a list of fields with values",
    "tuple_type": "it must be a list",
}
"""What to say of pydantic's kinds of errors instead of its own words."""


class WatchFileError(Exception):
    """The file cannot be used. The message says where, why and what to do."""


class _Problem(NamedTuple):
    where: tuple[str | int, ...]
    what: str


class WatchFile(ChangingFile[WatchList]):
    """A file of watches that may be changed while it is used."""

    def __init__(self, path: Path, ontology: Ontology) -> None:
        """Reads the file.

        Args:
            path: The file.
            ontology: Has the classes and relations.

        Raises:
            WatchFileError: It cannot be used.
        """
        super().__init__(path, lambda: read_watches(path, ontology), WatchFileError, "alerts.list_refused")


def read_watches(path: Path, ontology: Ontology) -> WatchList:
    """Reads a file of watches; docs/alerts.md says what is in it.

    Raises:
        WatchFileError: It cannot be read, or something in it cannot be watched.
    """
    try:
        text = read_bytes(path, LARGEST).decode()
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        given = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WatchFileError(f"{path}, line {line}: no YAML: {error.problem}") from error
    except (SourceError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        said = str(error)
        raise WatchFileError(said if said.startswith(str(path)) else f"{path}: {said}") from error
    try:
        listed = WatchList.model_validate({} if given is None else given)
    except ValidationError as error:
        found = [_Problem(e["loc"], _words(e["type"], e["msg"])) for e in error.errors(include_input=False)]
        raise WatchFileError(_lines(path, root, found)) from None  # without the input, which may be a secret
    if found := list(_unknown(listed, ontology)):
        raise WatchFileError(_lines(path, root, found))
    return listed


def _words(type_: str, message: str) -> str:
    return _MEANT.get(type_) or message.removeprefix("Value error, ")


def _unknown(listed: WatchList, ontology: Ontology) -> Iterable[_Problem]:
    """Yields the classes and relations that the ontology does not have, with the nearest that it has."""
    known = {
        "classes": list(ontology.happening_by_id),
        "relations": [word for relation in ontology.relations for word in (relation.id, relation.name)],
    }
    for number, watch in enumerate(listed.watches):
        for field, words in known.items():
            for place, word in enumerate(getattr(watch, field)):
                if word not in words:
                    near = get_close_matches(word, words, 1, 0.5)
                    hint = f"did you mean {near[0]}?" if near else "TRIPLEWIRE_ONTOLOGY names the file that has them"
                    yield _Problem(
                        ("watches", number, field, place), f"the ontology has no {field} called {word!r}; {hint}"
                    )


def _lines(path: Path, root: yaml.Node | None, problems: list[_Problem]) -> str:
    """Returns a line for each problem: file, line and place, and what is wrong."""
    shown = [f"{path}, line {_line(root, one.where)}: {_place(one.where)}{one.what}" for one in problems]
    more = len(shown) - PROBLEMS_SHOWN
    return "\n".join(shown[:PROBLEMS_SHOWN] + ([f"and {more} more problems"] if more > 0 else []))


def _place(where: tuple[str | int, ...]) -> str:
    return ".".join(map(str, where)) + ": " if where else ""


def _line(node: yaml.Node | None, where: tuple[str | int, ...]) -> int:
    """Returns the line of what a path leads to, or of the last part of it that there is."""
    line = node.start_mark.line + 1 if node else 1
    for step in where:
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            keys = {key.value: (key, value) for key, value in node.value}
            if step in keys:
                line, found = keys[step][0].start_mark.line + 1, keys[step][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
            line = found.start_mark.line + 1
        if found is None:
            break
        node = found
    return line
