"""Redirection of standard error: keeps what native libraries print from the terminal."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_users = 0
_kept_fd = -1


@contextmanager
def discard_stderr() -> Iterator[None]:
    """Send what anything writes to file descriptor 2 to nowhere while the block runs.

    TensorFlow, LiteRT, libpng, libjpeg and OpenCV's obsensor and V4L2 code print in C, whatever
    log level is set, so the descriptor itself is turned away.  Blocks may overlap in threads: the
    last one to end turns it back.  Keep blocks short, since nobody else's messages are seen
    meanwhile.
    """
    _turn_away()
    try:
        yield
    finally:
        _turn_back()


def _turn_away() -> None:
    global _users, _kept_fd
    with _lock:
        _users += 1
        if _users > 1:
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            _kept_fd = os.dup(2)
        except OSError:  # started without a standard error
            _kept_fd = -1
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _turn_back() -> None:
    global _users, _kept_fd
    with _lock:
        _users -= 1
        if _users == 0 and _kept_fd >= 0:
            os.dup2(_kept_fd, 2)
            os.close(_kept_fd)
            _kept_fd = -1
