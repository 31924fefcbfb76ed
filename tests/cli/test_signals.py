"""Stop signals become an exception, once, and wait while an output is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from camdigits import cli
from camdigits.cli.terminal.signals import (
    STOP_SIGNALS,
    Stopped,
    close_whole,
    hold_stop_signals,
    raise_stop_signals,
)
from camdigits.errors import DependencyError

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


class Doomed:
    """Raises where nobody can catch it."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_could_be_raised_nowhere_comes_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    started_s = time.monotonic()
    with pytest.raises(Stopped) as caught, raise_stop_signals():
        Doomed()
        time.sleep(20)

    assert caught.value.exit_code == 143
    assert time.monotonic() - started_s < 15
    assert capsys.readouterr().err == ""


def test_other_errors_that_could_be_raised_nowhere_are_told_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_value))
    with raise_stop_signals():
        monkeypatch.setattr(Doomed, "__del__", lambda self: 1 // 0)
        Doomed()

    assert [type(error) for error in told] == [ZeroDivisionError]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_two_signals_at_once_are_one() -> None:
    code = (
        "import os, signal, time\n"
        "from camdigits.cli.terminal.signals import raise_stop_signals\n"
        "with raise_stop_signals():\n"
        "    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    try:\n"
        "        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT, signal.SIGTERM])\n"
        "    except KeyboardInterrupt:\n"
        "        print('stopped')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200)
    assert (done.stdout, done.stderr) == ("stopped\n", "")


def test_a_module_that_a_signal_kept_from_loading_is_not_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: list[str]) -> int:
        try:
            try:
                raise Stopped(signal.SIGTERM)
            except Stopped as error:
                raise ImportError("initialization failed") from error
        except ImportError as error:
            raise DependencyError("LiteRT could not be loaded") from error

    monkeypatch.setattr(cli, "_exit_code", fail)
    assert cli.main([]) == 143
    assert capsys.readouterr().err == ""


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


def test_a_block_that_takes_too_long_is_ended_by_the_held_signal() -> None:
    started_s = time.monotonic()

    with pytest.raises(Stopped) as caught, raise_stop_signals(), hold_stop_signals(0.1):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)  # a second one changes nothing
        assert time.monotonic() - started_s < 15
        threading.Event().wait(20)

    assert caught.value.exit_code == 143
    assert 0.09 < time.monotonic() - started_s < 15


def test_a_block_that_ends_in_time_is_not_cut() -> None:
    written = []

    with pytest.raises(Stopped), raise_stop_signals(), hold_stop_signals(0.05):
        signal.raise_signal(signal.SIGTERM)
        written.append("video")
        written.append("records")

    assert written == ["video", "records"]


@pytest.mark.parametrize("ended_by", [None, GeneratorExit])
def test_a_signal_does_not_cut_what_is_being_closed(ended_by: type[BaseException] | None) -> None:
    closed = []

    def close(name: str) -> None:
        signal.raise_signal(signal.SIGTERM)
        closed.append(name)

    with pytest.raises(Stopped), raise_stop_signals(), close_whole(20) as stack:
        stack.callback(close, "video")
        stack.callback(close, "frames")
        if ended_by is not None:
            raise ended_by

    assert closed == ["frames", "video"]


def test_what_takes_too_long_to_close_is_cut_and_the_rest_is_closed() -> None:
    closed = []

    def hang() -> None:
        signal.raise_signal(signal.SIGTERM)
        threading.Event().wait(20)
        closed.append("camera")

    with pytest.raises(Stopped), raise_stop_signals(), close_whole(0.1) as stack:
        stack.callback(closed.append, "video")
        stack.callback(hang)

    assert closed == ["video"]


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
