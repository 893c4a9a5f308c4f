"""Presets of sizes and plans, as options change them."""

from dataclasses import replace
from typing import Any


def changed(preset: Any, **options: object) -> Any:
    """Returns a preset, changed by the options that were given."""
    return replace(preset, **{name: value for name, value in options.items() if value is not None})
