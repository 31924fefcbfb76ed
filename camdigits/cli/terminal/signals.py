"""Stop signals: Ctrl-C, SIGTERM and SIGHUP end a command through its ``with`` blocks.

SIGTERM and SIGHUP end a Python process at once by default; a video that is being written then
stays without its index.  Raising an exception instead lets every output be closed properly.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType
from typing import Any

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals handled here; Windows has no SIGHUP."""
_AGAIN_S = 0.02
"""After so long a signal comes again that could be raised nowhere."""


class Stopped(KeyboardInterrupt):
    """A stop signal arrived; code that cleans up after Ctrl-C cleans up after all of them.

    Attributes:
        number: of the signal.
        exit_code: 128 plus the signal's number, as a shell reports it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number, self.exit_code = number, 128 + number


@contextmanager
def raise_stop_signals() -> Iterator[None]:
    """Raise `Stopped` in the main thread at the first stop signal; later ones change nothing.

    A second Ctrl-C would otherwise interrupt the closing of outputs that the first one began.
    Where C code called Python, and has nowhere to raise what comes of it, a signal comes again a
    moment later.
    Signals that were ignored before stay ignored (``nohup`` ignores SIGHUP), and the previous
    handlers are restored in the end.  Does nothing outside the main thread, where Python
    allows no handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    wanted = [number for number, handler in previous.items() if handler is not signal.SIG_IGN]
    hook, timers = sys.unraisablehook, list[threading.Timer]()
    try:
        sys.unraisablehook = partial(_raise_again, wanted, timers, hook)
        for number in wanted:
            signal.signal(number, _raise_once)
        yield
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in previous.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook


@contextmanager
def hold_stop_signals(at_most_s: float | None = None) -> Iterator[None]:
    """Put stop signals off until the block is done, so that an output is never cut in a write.

    Args:
        at_most_s: after so long a signal that came ends the block all the same; None never does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    timers: list[threading.Timer] = []
    is_over = threading.Event()

    def release() -> None:
        for timer in timers:
            timer.cancel()
        for number, handler in previous.items():
            signal.signal(number, handler)

    def end(number: int) -> None:
        is_over.set()
        _send(number)

    def hold(number: int, _frame: FrameType | None) -> None:
        if is_over.is_set():
            waiting.clear()
            release()
            signal.raise_signal(number)
            return
        if at_most_s is not None and not waiting:
            timers.append(threading.Timer(at_most_s, end, [number]))
            timers[0].daemon = True
            timers[0].start()
        waiting.append(number)

    previous = {number: signal.signal(number, hold) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        release()
        if waiting:
            signal.raise_signal(waiting[0])


@contextmanager
def close_whole(at_most_s: float) -> Iterator[ExitStack]:
    """Yield a stack whose contexts are all left while stop signals wait.

    A signal between two of them, or within one, would leave an output unfinished for good.

    Args:
        at_most_s: after so long a signal cuts the one that is being left, and then the others
            are.
    """
    stack = ExitStack()
    try:
        try:
            yield stack
        except BaseException:
            with hold_stop_signals(at_most_s):
                if not stack.__exit__(*sys.exc_info()):
                    raise
        else:
            with hold_stop_signals(at_most_s):
                stack.close()
    finally:
        stack.close()


def _raise_once(number: int, _frame: FrameType | None) -> None:
    for each in STOP_SIGNALS:
        # Not SIG_IGN: of one that is on its way Python would complain.
        signal.signal(each, _pass_over)
    raise Stopped(number)


def _pass_over(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: all is being closed already."""


def _raise_again(
    wanted: list[int],
    timers: list[threading.Timer],
    hook: Callable[[sys.UnraisableHookArgs], Any],
    lost: sys.UnraisableHookArgs,
) -> None:
    """Take an exception that could be raised nowhere."""
    if not isinstance(lost.exc_value, Stopped):
        hook(lost)
        return
    for number in wanted:
        signal.signal(number, _raise_once)
    timer = threading.Timer(_AGAIN_S, _send, [lost.exc_value.number])
    timer.daemon = True
    timer.start()
    timers.append(timer)


def stop_behind(error: BaseException) -> Stopped | None:
    """Return the stop signal that led to an error, such as a module's that could not be loaded."""
    link: BaseException | None = error
    while link is not None and not isinstance(link, Stopped):
        link = link.__cause__ or link.__context__
    return link


def _send(number: int) -> None:
    """Send the main thread a signal."""
    if hasattr(signal, "pthread_kill"):  # wakes it up as well, if it waits
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)
