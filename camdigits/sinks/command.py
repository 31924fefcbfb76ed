"""A program that is run for each number."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from camdigits.sinks.records.text import told
from camdigits.support.context_manager import Closeable
from camdigits.support.printable import printable, reason
from camdigits.types import Event, Frame, Number, Reading

AT_ONCE = 4
"""Programs that run at the same time."""
LIMIT_S = 10.0
"""Time that each of them may take."""
MOST_WAITING = 100
"""Numbers whose program has not begun; then reading waits."""
PLACE = "{}"
"""What stands for the number in arguments."""
_LAST_WORDS_S = 1.0


class CommandSink(Closeable):
    """Runs a program for each number of a still, and each that appears or changes.

    No shell takes part: a number is one argument or a part of one.  Standard input has a record of
    `Reading.records` as one line of JSON: the event, or the frame with that number alone.  What a
    program prints goes to standard error, since standard output is for results.  Several run at a
    time, so they may end in another order than they began.

    Args:
        command: the program and its arguments, in which `PLACE` stands for the number.
        tell: takes a line about a program that failed; called from any thread.
        limit_s: after so many seconds a program is killed.
    """

    def __init__(
        self, command: Sequence[str], tell: Callable[[str], None], limit_s: float = LIMIT_S
    ) -> None:
        self._command, self._tell, self._limit_s = tuple(command), tell, limit_s
        self._executor = ThreadPoolExecutor(AT_ONCE, "exec")
        self._room = threading.Semaphore(AT_ONCE + MOST_WAITING)
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._waiting, self._is_over, self._has_told_of_waiting = 0, False, False

    def write(self, frame: Frame, reading: Reading) -> None:
        """Have the program run for each number of a frame; waits where too many do already."""
        for text, line in _numbers(reading):
            if not self._room.acquire(blocking=False):
                self._tell_of_waiting()
                self._room.acquire()
            with self._lock:
                self._waiting += 1
            self._executor.submit(self._run, text, line)

    def close(self) -> None:
        """Wait until all programs have run; a second call does nothing."""
        self._executor.shutdown()

    def leave(self, error: BaseException | None) -> None:
        """Wait for the programs; after an error end those that run, and begin no others."""
        if error is not None:
            with self._lock:
                self._is_over, running = True, list(self._running)
            for process in running:
                try:
                    process.wait(_LAST_WORDS_S)
                except subprocess.TimeoutExpired:
                    _kill(process)
        self.close()
        if self._waiting:
            self._tell(f"{self._name} was not run for {self._waiting} numbers: reading was ended")
            self._waiting = 0

    @property
    def _name(self) -> str:
        return f"--exec {printable(self._command[0])}"

    def _tell_of_waiting(self) -> None:
        if not self._has_told_of_waiting:
            self._has_told_of_waiting = True
            self._tell(f"{self._name} is slower than numbers come: reading waits for it")

    def _run(self, text: str, line: bytes) -> None:
        """Run the program once; in a thread of the executor."""
        try:
            with self._lock:
                if self._is_over:
                    return
                self._waiting -= 1
                process = self._begun(text)
                self._running.add(process)
            problem = self._problem_of(process, line)
            with self._lock:
                self._running.discard(process)
                is_over = self._is_over
            if problem and not is_over:
                self._tell(f"{self._name} for {text} {problem}")
        except OSError as error:
            self._tell(f"{self._name} for {text} cannot be run: {reason(error)}")
        finally:
            self._room.release()

    def _begun(self, text: str) -> subprocess.Popen[bytes]:
        words = [word.replace(PLACE, text) for word in self._command]
        # A group of its own, so that what the program starts can be ended with it, and Ctrl-C
        # ends the reading first.
        return subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=_standard_error(), start_new_session=True
        )

    def _problem_of(self, process: subprocess.Popen[bytes], line: bytes) -> str:
        """Hand a program its input, wait for its end, and return what was wrong, "" for nothing."""
        try:
            process.communicate(line, self._limit_s)
        except subprocess.TimeoutExpired:
            _kill(process)
            return f"took longer than {self._limit_s:g} s and was killed"
        if process.returncode < 0:
            with suppress(ValueError):
                return f"was ended by {signal.Signals(-process.returncode).name}"
        return f"ended with exit code {process.returncode}" if process.returncode else ""


def _numbers(reading: Reading) -> Iterator[tuple[str, bytes]]:
    """Yield the text of each number that text output tells of, and its record as JSON."""
    for found in told(reading):
        alone = _alone(reading, found)
        [record] = alone.records("frames" if isinstance(found, Number) else "events")
        yield found.text, json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _alone(reading: Reading, found: Number | Event) -> Reading:
    if isinstance(found, Event):
        return replace(reading, events=(found,))
    return replace(reading, numbers=(found,), digits=found.digits, signs=(), struck=())


def _standard_error() -> int:
    return 2 if os.name == "posix" else subprocess.DEVNULL


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
