import os
import signal

import pytest

from topology.cli import trials
from topology.settings import settings


def test_any_signal_to_end_a_trial_is_an_interrupt_which_stops_its_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM, as `timeout` sends it, ended the command and left its servers and workers running."""
    monkeypatch.setattr("topology.local.stack.environment", lambda _: {})
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        trials._use(settings())
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
