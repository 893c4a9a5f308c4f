"""Countries in Chinese (simplified), by their English names: see `inference.text.names.countries`."""

from pathlib import Path


def _read() -> dict[str, str]:
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {name: english for english, _, names in rows for name in names.split()}


COUNTRIES = _read()
"""A country's Chinese name → its English name."""
