"""`docs/settings.md`: every setting, generated from `topology/settings.py`."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from topology.settings import REPOSITORY, Settings
from topology.settings_access import AccessSettings
from topology.settings_alerts import AlertSettings
from topology.settings_serve import ServeSettings

PAGE = REPOSITORY / "docs" / "settings.md"

INTRODUCTION = """\
# Settings

<!-- Written by `triplewire settings --write` from topology/settings.py; change it there. -->

Every process reads the same settings. Each comes from its environment variable, or else from a `.env` file in the
working directory, or else from its default. `triplewire settings` prints the values in effect and their sources.

| environment variable | type | default | meaning |
|---|---|---|---|
"""


def environment_name(field: str) -> str:
    """Returns the environment variable of a setting."""
    return f"{Settings.model_config['env_prefix']}{field}".upper()


def files() -> dict[Path, str]:
    """Returns the page, by path."""
    described = Settings.model_json_schema()["properties"]
    # What is inherited comes first in the model; readers want it last.
    inherited = [*AlertSettings.model_fields, *ServeSettings.model_fields, *AccessSettings.model_fields]
    fields = sorted(
        Settings.model_fields.items(),
        key=lambda field: inherited.index(field[0]) if field[0] in inherited else -1,
    )
    rows = [
        f"| `{environment_name(name)}` | {_type(described[name])} | {_default(name)} | {field.description} |"
        for name, field in fields
    ]
    return {PAGE: INTRODUCTION + "\n".join(rows) + "\n"}


def _type(described: dict[str, Any]) -> str:
    limits = [
        f"{sign} {described[key]}"
        for key, sign in (("exclusiveMinimum", ">"), ("minimum", "≥"), ("maximum", "≤"))
        if key in described
    ]
    kind = " or ".join(described["enum"]) if "enum" in described else described.get("format", described["type"])
    return f"{kind} {', '.join(limits)}".strip()


def _default(name: str) -> str:
    """Returns the default as it is in any checkout: no path of this machine."""
    value = _defaults()[name]
    if isinstance(value, SecretStr):
        return "(secret)"
    if isinstance(value, Path) and value.is_absolute():
        return f"`{_relative(value)}`"
    return f"`{value}`" if str(value) else "(empty)"


def _defaults() -> dict[str, Any]:
    """Returns every default; some are derived from the defaults before them."""
    values: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        values[name] = field.get_default(call_default_factory=True, validated_data=values)
    return values


def _relative(path: Path) -> str:
    if path.is_relative_to(REPOSITORY):
        return str(path.relative_to(REPOSITORY))
    return f"../{path.relative_to(REPOSITORY.parent)}"
