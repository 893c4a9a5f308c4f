"""`docs/cli.md`: every command with its arguments and options, generated from the command line itself."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from topology.settings import REPOSITORY

PAGE = REPOSITORY / "docs" / "cli.md"

INTRODUCTION = """\
# Command line

<!-- Written by `triplewire settings --write` from topology/cli; change it there. -->

Every command of `triplewire`, as `triplewire COMMAND --help` shows it. What a command needs beyond its options (the
addresses of Kafka, Neo4j and Triton, for example) it takes from the [settings](settings.md). A command that fails ends
with status 1 and one line that says why and what to do.

| command | what it does |
|---|---|
"""

Parameter = TyperArgument | TyperOption

_VALUES = {str: "text", int: "integer", float: "number", Path: "path"}


def files(root: TyperGroup) -> dict[Path, str]:
    """Returns the page, by path.

    Args:
        root: The whole command line.
    """
    commands = list(_commands(root, root.name or "triplewire"))
    index = [f"| [`{name}`](#{name.replace(' ', '-')}) | {_paragraphs(command)[0]} |" for name, command in commands]
    sections = [_section(name, command) for name, command in commands]
    return {PAGE: INTRODUCTION + "\n".join([*index, "", *sections])}


def _commands(command: TyperGroup | TyperCommand, name: str) -> Iterator[tuple[str, TyperCommand]]:
    """Yields every command that can be run, with its full name, in the order in which `--help` lists them."""
    if not isinstance(command, TyperGroup):
        yield name, command
        return
    for word, inner in command.commands.items():
        assert isinstance(inner, TyperGroup | TyperCommand)  # noqa: S101 - typer makes nothing else
        yield from _commands(inner, f"{name} {word}")


def _section(name: str, command: TyperCommand) -> str:
    shown = [p for p in command.params if isinstance(p, Parameter) and not p.hidden and p.name != "help"]
    arguments = [p for p in shown if isinstance(p, TyperArgument)]
    options = ["[OPTIONS]"] if len(shown) > len(arguments) else []
    usage = " ".join([name, *(_usage(argument) for argument in arguments), *options])
    lines = [f"## {name}\n", *(f"{paragraph}\n" for paragraph in _paragraphs(command)), f"```sh\n{usage}\n```\n"]
    if shown:
        lines += ["| argument or option | value | default | meaning |", "|---|---|---|---|"]
        lines += [f"| {_name(p)} | {_value(p)} | {_default(p)} | {p.help or ''} |" for p in shown]
        lines.append("")
    return "\n".join(lines)


def _paragraphs(command: TyperCommand) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n")]


def _usage(argument: TyperArgument) -> str:
    """Returns an argument as a usage line shows it: in brackets where it may be left out."""
    many = "…" if argument.nargs < 0 and not str(argument.metavar or "").endswith("…") else ""
    word = f"{_metavar(argument)}{many}"
    return word if argument.required else f"[{word}]"


def _metavar(argument: TyperArgument) -> str:
    return argument.metavar or str(argument.name).upper()


def _name(parameter: Parameter) -> str:
    if isinstance(parameter, TyperArgument):
        return f"`{_metavar(parameter)}`"
    return ", ".join(f"`{option}`" for option in (*parameter.opts, *parameter.secondary_opts))


def _annotation(parameter: Parameter) -> Any:
    """Returns the type of one value of a parameter."""
    annotation = parameter.type_descriptor.annotation
    return (get_args(annotation) or (annotation,))[0]


def _value(parameter: Parameter) -> str:
    """Returns what may be given: a kind of value with its limits, one of some words, or nothing for a switch."""
    kind = _annotation(parameter)
    if kind is bool:
        return ""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    limits = [f"{sign} {limit}" for sign, limit in (("≥", parameter.min), ("≤", parameter.max)) if limit is not None]
    return f"{_VALUES.get(kind, kind.__name__)} {', '.join(limits)}".strip()


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "(required)"
    default = parameter.default
    if isinstance(default, Enum):
        default = default.value
    if isinstance(default, Path) and default.is_relative_to(REPOSITORY):
        default = default.relative_to(REPOSITORY)
    if isinstance(default, bool):
        return "on" if default else "off"
    return "" if default in (None, "") else f"`{default}`"
