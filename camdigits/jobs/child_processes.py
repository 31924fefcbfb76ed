"""Work in child processes: what crashes one takes down only the task that it was doing.

Decoders are large programs in C that are fed with strangers' files, and a crash in C cannot be
caught.  Tasks are handed out by `concurrent.futures`; each of its threads has one child process,
started by `multiprocessing` as a fresh interpreter, that does one task after the other.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from queue import Empty, Queue
from typing import Any, Generic, TypeVar

from camdigits.jobs.outcomes import LOOK_S, MAX_WAITING, Outcome, SharedOutcome
from camdigits.support.context_manager import Closeable

Task = TypeVar("Task")
Result = TypeVar("Result")
Work = Callable[[Task], Generator[Result, None, None]]
"""What is done in a child, a function of a module; tasks and results travel pickled."""

AHEAD = 4
"""Tasks for each child that are begun before the first one's results were taken."""
LAST_WORDS_S = 10.0
"""How long a child that is stopped may take to finish its outputs."""

_spawn = multiprocessing.get_context("spawn")


class ChildDiedError(Exception):
    """A child process ended in the middle of its task; the text says how."""


class Children(Closeable, Generic[Task, Result]):
    """Does tasks in child processes, several at a time; leaving its context ends them all.

    Args:
        work: what is done with a task.
        jobs: how many children work at the same time.
        ahead: how many tasks may be begun before the results of the first were taken; None takes
            a few for each child.
        is_over: asked while results are waited for; once it says so there are no more.
    """

    def __init__(
        self,
        work: Work[Task, Result],
        jobs: int,
        ahead: int | None = None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._work, self._is_over = work, is_over
        self._ahead = ahead or jobs * AHEAD
        self._threads = max(1, cpu_count() // jobs)
        self._executor = ThreadPoolExecutor(jobs, "child")
        self._own = threading.local()
        self._children: list[_Child] = []
        self._lock = threading.Lock()
        self._is_closed = threading.Event()

    def map(self, tasks: Iterable[Task]) -> Iterator[Outcome[Result]]:
        """Yield the outcome of each task, in the order of the tasks; it may still be going on."""
        begun: deque[Outcome[Result]] = deque()
        for task in tasks:
            begun.append(self._begin(task))
            if len(begun) >= self._ahead:
                yield begun.popleft()
        while begun:
            yield begun.popleft()

    def together(
        self, tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result | None, BaseException | None]]:
        """Do tasks at the same time, one for each child, and yield what comes as it comes.

        Yields:
            A task, and its next result or what it raised, or a `ChildDiedError`.
        """
        queue: Queue[tuple[Task, str, Any]] = Queue(MAX_WAITING)
        left = [self._executor.submit(self._do, task, SharedOutcome(queue, task)) for task in tasks]
        while left and not self._is_over():
            with suppress(Empty):
                task, kind, value = queue.get(timeout=LOOK_S)
                if kind != "result":
                    left.pop()
                if kind != "done":
                    yield task, *((None, value) if kind == "error" else (value, None))

    def submit(self, task: Task, tries: int = 1) -> Future[list[Result]]:
        """Begin a task, and return the future of all its results.

        Args:
            task: what is to be done.
            tries: how often it is begun at most; again only if its child died.

        Returns:
            A future that raises what the task raised, or `ChildDiedError` of its last try.
        """
        return self._executor.submit(self._results, task, tries)

    def close(self) -> None:
        """Stop what is still being done, and end all children; a second call does nothing."""
        with self._lock:
            self._is_closed.set()
        for child in self._children:
            child.stop()
        until_s = time.monotonic() + LAST_WORDS_S
        for child in self._children:
            child.end(max(0.0, until_s - time.monotonic()))
        self._executor.shutdown(cancel_futures=True)

    def _begin(self, task: Task) -> Outcome[Result]:
        outcome: Outcome[Result] = Outcome(self._is_over)
        self._executor.submit(self._do, task, outcome)
        return outcome

    def _do(self, task: Task, outcome: Outcome[Result] | SharedOutcome[Task]) -> None:
        try:
            for message in self._messages(task):
                outcome.put(message, self._is_closed)
        except BaseException as error:
            outcome.put(("error", error), self._is_closed)

    def _results(self, task: Task, tries: int) -> list[Result]:
        messages: list[tuple[str, Any]] = []
        while not messages:
            tries -= 1
            try:
                messages = list(self._messages(task))
            except ChildDiedError:
                if not tries or self._is_closed.is_set():
                    raise
        kind, value = messages.pop()
        if kind == "error":
            raise value
        return [result for _, result in messages]

    def _messages(self, task: Task) -> Iterator[tuple[str, Any]]:
        """Yield what this thread's child says about a task.

        Raises:
            ChildDiedError: if the child died.
        """
        child = self._child()
        try:
            yield from child.ask(task)
        except (EOFError, OSError):
            self._own.child = None
            raise ChildDiedError(child.end(LAST_WORDS_S)) from None

    def _child(self) -> _Child:
        """Return the child of this thread, a new one if it has none or it died."""
        child: _Child | None = getattr(self._own, "child", None)
        if child is None:
            with self._lock:
                if self._is_closed.is_set():
                    raise ChildDiedError("was not begun")
                child = _Child(self._work, self._threads)
                self._children = [*(c for c in self._children if c.is_alive), child]
            self._own.child = child
        return child


class _Child:
    """One child process."""

    lock = threading.Lock()
    """Two threads that look after processes at once would lose exit codes."""

    def __init__(self, work: Work[Any, Any], threads: int) -> None:
        self._connection, there = _spawn.Pipe()
        self._process = _spawn.Process(target=_serve, args=(there, work, threads), daemon=True)
        if sys.platform != "win32":
            # What `multiprocessing` starts beside the first child would lift the mask again.
            resource_tracker.ensure_running()
        with _Child.lock, suppress(AttributeError):  # Windows has no masks
            # Ctrl-C reaches all processes of a terminal, but it is for us to stop our children;
            # one that is about to start would print a traceback.  The child inherits the mask.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        with _Child.lock, _with_blas_threads(threads):
            self._process.start()
        there.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended, as far as is known."""
        with _Child.lock:
            return self._process.exitcode is None

    def ask(self, task: object) -> Iterator[tuple[str, Any]]:
        """Yield what the child says about a task; "done" or "error" comes last.

        Raises:
            EOFError, OSError: if the child died.
        """
        # `send` pickles into a buffer of which the traceback of a broken pipe holds a view: freed
        # in the wrong order, Python 3.13 prints a BufferError.
        self._connection.send_bytes(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
        while True:
            message = self._connection.recv()
            yield message
            if message[0] != "result":
                return

    def stop(self) -> None:
        """Ask the child to finish its outputs and end."""
        with suppress(OSError):
            self._connection.send(None)
        if sys.platform != "win32":  # there it would end at once
            with _Child.lock:
                self._process.terminate()

    def end(self, patience_s: float) -> str:
        """Wait for the child's end, kill it if that does not come, and return how it ended."""
        with _Child.lock:
            self._process.join(patience_s)
            if self._process.exitcode is None:
                self._process.kill()
                self._process.join()
        return ending(self._process.exitcode or 0)


@contextmanager
def _with_blas_threads(threads: int) -> Iterator[None]:
    """Let processes that are started meanwhile multiply matrices in so many threads.

    The waiting threads of OpenBLAS (NumPy 2.1) kept two busy cores from ever going on.
    """
    name, before = "OPENBLAS_NUM_THREADS", os.environ.get("OPENBLAS_NUM_THREADS")
    os.environ.setdefault(name, str(threads))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]


def cpu_count() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ending(exit_code: int) -> str:
    """Return what an exit code of `multiprocessing` says: a signal's name, or the code."""
    if exit_code < 0:
        with suppress(ValueError):
            return signal.Signals(-exit_code).name
        return f"signal {-exit_code}"
    return f"exit code {exit_code if exit_code < 256 else hex(exit_code)}"


def _serve(connection: Connection[Any, Any], work: Work[Any, Any], threads: int) -> None:
    """Do the tasks that come, in the child, until told to end or until nobody is there."""
    leave_terminal()
    import cv2

    cv2.setNumThreads(threads)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while (task := connection.recv()) is not None and _answer(connection, work, task):
            pass


def _answer(connection: Connection[Any, Any], work: Work[Any, Any], task: object) -> bool:
    """Do one task; return whether another may follow."""
    try:
        with closing(work(task)) as results:
            for result in results:
                connection.send(("result", result))
                if connection.poll():  # told to end, or nobody is there any more
                    return False
    except Exception as error:
        error.add_note(traceback.format_exc())
        connection.send(("error", error))
        return True
    connection.send(("done", None))
    return True


def leave_terminal() -> None:
    """Send what C libraries print, "free(): invalid pointer" for one, to nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
