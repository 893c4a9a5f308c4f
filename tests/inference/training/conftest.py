"""What tests of training share."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def one_thread() -> Iterator[None]:
    """More of them wait for each other longer than small sums take."""
    import torch  # noqa: PLC0415 - most tests here run without it, too

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
