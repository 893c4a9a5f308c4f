"""Sorts what goes wrong with an item: our own trouble, which passes, and its messages, which show nothing of ours."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

_OURS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EROFS})
"""What a full disk, too many open files or too little memory are called. No item causes them by what it is."""

_LONGEST = 500
"""Characters of a message."""


def is_ours(error: OSError) -> bool:
    """Returns whether an error is this machine's trouble: a full disk, too many open files, too little memory."""
    return error.errno in _OURS


class OursError(Exception):
    """This machine cannot do the work at the moment; the item is not to blame."""


@contextmanager
def ours() -> Iterator[None]:
    """Turns what a full disk and the like raise into OursError; every other error passes.

    Raises:
        OursError: Try again later.
    """
    try:
        yield
    except OSError as error:
        if is_ours(error):
            raise OursError(f"{type(error).__name__}: {error.strerror}") from error
        raise


def plain(error: BaseException) -> str:
    """Returns an error's message for a dead letter, without a server's traceback, which is not for others."""
    text = str(error)
    for mark in ("Traceback (most recent call last)", "\nAt:"):
        before, found, after = text.partition(mark)
        if found:
            last = after.strip().splitlines()[-1:] or [""]
            text = f"{before.strip()} {last[0].strip() if mark[0] == 'T' else ''}".strip()
    return " ".join(text.split())[:_LONGEST]
