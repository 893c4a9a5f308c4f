"""What reading one item may cost: units of work first, and processor seconds as a net far above them.

Every step charges for the work it is about to do, in units that depend on the item alone: one unit is about a
microsecond of one core. So whether an item is too costly does not depend on the machine, nor on what else it does. The
processor seconds only stop what a wrong estimate would let run on.

The budget of the item at hand is a context variable: steps charge it without passing it along, and a caller that sets
none (training, evaluation) pays nothing. See docs/decisions/0037-what-one-item-may-cost.md.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

MOST_UNITS = 20_000_000
"""Units that one item may cost. The longest articles of our feeds, of 90,000 characters, cost about a million."""

MOST_SECONDS = 90.0
"""Processor seconds that one item may cost: several times what `MOST_UNITS` take on a slow core."""


class TooCostlyError(Exception):
    """Reading this item would cost more than one item may: it is refused, and its neighbours go on.

    Attributes:
        items: Why each item at fault is refused, by its place among those of the call; empty if the call was for one.
    """

    def __init__(self, message: str, items: Mapping[int, str] | None = None) -> None:
        super().__init__(message)
        self.items = items or {}


class Budget:
    """What one item may still cost. For use by one thread at a time."""

    def __init__(self, units: int = MOST_UNITS, seconds: float = MOST_SECONDS) -> None:
        """Starts with nothing spent.

        Args:
            units: Units of work that it may cost.
            seconds: Processor seconds that it may cost.
        """
        self._most_units = units
        self._most_seconds = seconds
        self._began: float | None = None
        self.units = 0
        self.seconds = 0.0

    @contextmanager
    def open(self) -> Iterator[None]:
        """Has the steps of this thread charge this budget, and measures the thread's processor time."""
        token = _current.set(self)
        self._began = time.thread_time()
        try:
            yield
        finally:
            _current.reset(token)
            self.seconds += time.thread_time() - self._began
            self._began = None

    def charge(self, units: int, what: str) -> None:
        """Spends units.

        Args:
            units: How many.
            what: What they are spent on, for the message: "finding dates".

        Raises:
            TooCostlyError: The budget is spent.
        """
        self.units += units
        if self.units > self._most_units:
            raise TooCostlyError(
                f"{what} would bring this item to {self.units:,} units of work; one item may cost {self._most_units:,}"
            )
        spent = self.seconds + (time.thread_time() - self._began if self._began is not None else 0.0)
        if spent > self._most_seconds:
            raise TooCostlyError(
                f"this item had taken {spent:.0f} s of processor time when it came to {what}; "
                f"one item may take {self._most_seconds:.0f} s"
            )


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


def charge(units: int, what: str) -> None:
    """Charges the budget of the item at hand, if there is one; see `Budget.charge`.

    Raises:
        TooCostlyError: The budget is spent.
    """
    budget = _current.get()
    if budget is not None:
        budget.charge(units, what)


def at_most(count: int, limit: int, what: str) -> None:
    """Checks a limit.

    Args:
        count: How many there are.
        limit: How many there may be.
        what: What is counted, for the message: "names in one article".

    Raises:
        TooCostlyError: There are more.
    """
    if count > limit:
        raise TooCostlyError(f"{count:,} {what}; at most {limit:,} are allowed")
