"""What comes of tasks that other processes do, as it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

MAX_WAITING = 10_000
"""Results of one task that nobody has taken yet; then its child waits."""
LOOK_S = 0.1
"""How long a wait lasts until it is looked whether it is still wanted."""


class Outcome(Generic[Result]):
    """The results of one task, as they come.

    Iterating raises what the task raised, after its last result, or `ChildDiedError`.
    """

    def __init__(self, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over
        self._queue: Queue[tuple[str, Any]] = Queue(MAX_WAITING)

    def __iter__(self) -> Iterator[Result]:
        while not self._is_over():
            # Without a time limit, Ctrl-C would not be noticed on Windows.
            with suppress(Empty):
                kind, value = self._queue.get(timeout=LOOK_S)
                if kind == "done":
                    return
                if kind == "error":
                    raise value
                yield value

    def put(self, message: tuple[str, Any], is_closed: threading.Event) -> None:
        """Hand over what a child said, unless nobody wants it any more."""
        _put(self._queue, message, is_closed)


def _put(queue: Queue[Any], item: object, is_closed: threading.Event) -> None:
    while not is_closed.is_set():
        with suppress(Full):
            queue.put(item, timeout=LOOK_S)
            return


class SharedOutcome(Generic[Task]):
    """Hands over what is said of a task together with the task; see `Children.together`."""

    def __init__(self, queue: Queue[tuple[Task, str, Any]], task: Task) -> None:
        self._queue, self._task = queue, task

    def put(self, message: tuple[str, Any], is_closed: threading.Event) -> None:
        _put(self._queue, (self._task, *message), is_closed)
