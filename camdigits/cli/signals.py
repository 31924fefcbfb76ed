"""Stop signals: Ctrl-C, SIGTERM and SIGHUP end a command through its ``with`` blocks.

SIGTERM and SIGHUP end a Python process at once by default; a video that is being written then
stays without its index.  Raising an exception instead lets every output be closed properly.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals handled here; Windows has no SIGHUP."""


class Stopped(KeyboardInterrupt):
    """A stop signal arrived; code that cleans up after Ctrl-C cleans up after all of them.

    Attributes:
        exit_code: 128 plus the signal's number, as a shell reports it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def raise_stop_signals() -> Iterator[None]:
    """Raise `Stopped` in the main thread at the first stop signal; later ones change nothing.

    A second Ctrl-C would otherwise interrupt the closing of outputs that the first one began.
    Signals that were ignored before stay ignored (``nohup`` ignores SIGHUP), and the previous
    handlers are restored in the end.  Does nothing outside the main thread, where Python
    allows no handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        for number, handler in previous.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, _raise_once)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def hold_stop_signals() -> Iterator[None]:
    """Put stop signals off until the block is done, so that an output is never cut in a write."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    previous = {
        number: signal.signal(number, lambda number, _frame: waiting.append(number))
        for number in STOP_SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        if waiting:
            signal.raise_signal(waiting[0])


def _raise_once(number: int, _frame: FrameType | None) -> None:
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
