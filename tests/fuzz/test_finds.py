"""Every seed and every find of fuzzing, once; and for each target some inputs that hypothesis makes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import SEEDS, WORDS
from tests.fuzz.targets import TARGETS

FINDS = sorted((Path(__file__).parent / "finds").glob("*/*"))
_SLOW = frozenset({"media", "exif"})


UNMENDED: frozenset[str] = frozenset()
"""Targets with finds that are not mended yet. This set may only shrink."""


def _case(path: Path) -> Any:
    marks = [pytest.mark.xfail(strict=False)] if path.parent.name in UNMENDED else []
    return pytest.param(path, id=f"{path.parent.name}-{path.name}", marks=marks)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("find", map(_case, FINDS))
def test_what_was_found_once_is_right_now(find):
    TARGETS[find.parent.name](find.read_bytes())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TARGETS)
def test_what_fuzzing_starts_from_is_right(name):
    for data in SEEDS[name]:
        TARGETS[name](data)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(TARGETS.keys() - _SLOW - {"feeds"}))
@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_words_in_any_order_are_right(name, data):
    words = st.sampled_from([*(word.encode(errors="surrogateescape") for word in WORDS[name]), *SEEDS[name]])
    TARGETS[name](b"".join(data.draw(st.lists(words | st.binary(max_size=8), max_size=6))))
