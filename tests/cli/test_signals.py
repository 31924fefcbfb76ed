"""Stop signals become an exception, once, and wait while an output is written."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from camdigits.cli.signals import STOP_SIGNALS, Stopped, hold_stop_signals, raise_stop_signals

EXIT_CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


@pytest.mark.parametrize(("number", "exit_code"), EXIT_CODES)
def test_a_stop_signal_raises_with_the_exit_code_of_shells(number: int, exit_code: int) -> None:
    with pytest.raises(Stopped) as caught, raise_stop_signals():
        os.kill(os.getpid(), number)

    assert caught.value.exit_code == exit_code


def test_the_handlers_from_before_are_restored() -> None:
    before = [signal.getsignal(number) for number in STOP_SIGNALS]

    with pytest.raises(Stopped), raise_stop_signals():
        signal.raise_signal(signal.SIGTERM)

    assert [signal.getsignal(number) for number in STOP_SIGNALS] == before


def test_a_second_signal_does_not_interrupt_the_closing() -> None:
    closed = []

    with pytest.raises(Stopped) as caught, raise_stop_signals():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            closed.append("output")

    assert closed == ["output"]
    assert caught.value.exit_code == 130


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with raise_stop_signals():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_held_signal_comes_after_the_block() -> None:
    written = []

    with pytest.raises(Stopped) as caught, raise_stop_signals():
        with hold_stop_signals():
            signal.raise_signal(signal.SIGTERM)
            written.append("frame")
        written.append("too late")

    assert written == ["frame"]
    assert caught.value.exit_code == 143


def test_holding_without_a_signal_changes_nothing() -> None:
    before = [signal.getsignal(number) for number in STOP_SIGNALS]

    with hold_stop_signals():
        pass

    assert [signal.getsignal(number) for number in STOP_SIGNALS] == before


def test_other_threads_are_left_alone() -> None:
    done = []

    def work() -> None:
        with raise_stop_signals(), hold_stop_signals():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == [True]
