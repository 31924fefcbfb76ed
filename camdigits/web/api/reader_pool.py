"""The reader pool: a few pictures are read at a time, and not too many wait."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from camdigits.config import ReadConfig
from camdigits.recognizer import Recognizer
from camdigits.types import Reading
from camdigits.web.api.uploads import decoded_part
from camdigits.web.server.limits import Limits

T = TypeVar("T")


class BusyError(Exception):
    """Too much waits to be done already."""


class ReaderPool:
    """Reads pictures that are sent one by one.

    Args:
        config: how they are read, unless a client asks otherwise.
        weights: returns the classifier's weights, None for the bundled ones; asked anew for each
            picture and stream, so that what is taught meanwhile is used.
        limits: of what clients may send.

    Raises:
        WeightsError: if the weights cannot be used.
    """

    def __init__(
        self,
        config: ReadConfig | None = None,
        weights: Callable[[], Path | None] = lambda: None,
        limits: Limits | None = None,
    ) -> None:
        self.config, self.limits = config or ReadConfig(), limits or Limits()
        self._weights = weights
        self._turns = asyncio.Semaphore(min(4, os.cpu_count() or 1))
        self._waiting = self._streams = 0
        self._streams_of: Counter[str] = Counter()
        self.min_confidence = self.recognizer(self.config).min_confidence

    def recognizer(self, config: ReadConfig) -> Recognizer:
        """Return one of its own for a client or a picture, with the server's weights."""
        return Recognizer(config, self._weights())

    def read(self, data: bytes, config: ReadConfig, page: int | None = None) -> tuple[Reading, str]:
        """Read an encoded picture, or what is there of it; several threads may call it.

        Args:
            data: the whole file.
            config: how it is read.
            page: of a document that is wanted, from 1; None takes the only one.

        Returns:
            What was read, and one line that says what is missing, empty if nothing is.

        Raises:
            SourceError: if it is no picture, too large, or nothing of it can be decoded.
        """
        frame, damage = decoded_part(data, self.limits.picture_pixels, page)
        return self.recognizer(config).reader(is_still=True).read(frame), damage

    async def do(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, which a thread does when it is its turn.

        Raises:
            BusyError: if too much waits already.
        """
        if self._waiting >= self.limits.waiting:
            raise BusyError
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.shield(asyncio.wrap_future(_begun(work)))
        finally:
            self._waiting -= 1

    def begin_stream(self, own: str | None) -> bool:
        """Count a client that sends or watches.

        Args:
            own: its address, as `neighbour` returns it.

        Returns:
            Whether it may, or there are too many, in all or from its address.
        """
        if self._streams >= self.limits.streams:
            return False
        if own is not None and self._streams_of[own] >= max(1, self.limits.streams // 2):
            return False
        self._streams += 1
        if own is not None:
            self._streams_of[own] += 1
        return True

    def end_stream(self, own: str | None) -> None:
        """Count out a client that left."""
        self._streams -= 1
        if own is not None:
            self._streams_of[own] -= 1
            self._streams_of += Counter()  # without those of which there are none left


def _begun(work: Callable[[], T]) -> Future[T]:
    """Return what a new thread will have done; Ctrl-C does not wait for it, as for a pool's."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # handed to whoever waits
            done.set_exception(error)

    threading.Thread(target=run, name="reading", daemon=True).start()
    return done
