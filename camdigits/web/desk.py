"""What the server reads with: a few pictures at a time, and not too many that wait."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from camdigits.config import ReadConfig
from camdigits.recognizer import Recognizer
from camdigits.types import Reading
from camdigits.web.limits import Limits
from camdigits.web.pictures import decoded

T = TypeVar("T")


class BusyError(Exception):
    """Too much waits to be done already."""


class Desk:
    """Reads pictures that are sent one by one.

    Args:
        config: how they are read, unless a client asks otherwise.
        weights: the classifier's weights; None takes the bundled ones.
        limits: of what clients may send.

    Raises:
        WeightsError: if the weights cannot be used.
    """

    def __init__(
        self,
        config: ReadConfig | None = None,
        weights: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.config, self.limits = config or ReadConfig(), limits or Limits()
        self._weights = weights
        self._pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="reading")
        self._waiting = self._streams = 0
        self.min_confidence = self.recognizer(self.config).min_confidence

    def recognizer(self, config: ReadConfig) -> Recognizer:
        """Return one of its own for a client or a picture, with the server's weights."""
        return Recognizer(config, self._weights)

    def read(self, data: bytes, config: ReadConfig) -> Reading:
        """Read an encoded picture; several threads may call it.

        Raises:
            SourceError: if it is no picture, damaged or too large.
        """
        image = decoded(data, self.limits.picture_pixels)
        return self.recognizer(config).read(image)

    async def do(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, which a thread does when it is its turn.

        Raises:
            BusyError: if too much waits already.
        """
        if self._waiting >= self.limits.waiting:
            raise BusyError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def begin_stream(self) -> bool:
        """Count a client that sends or watches; returns whether it may, or there are too many."""
        if self._streams >= self.limits.streams:
            return False
        self._streams += 1
        return True

    def end_stream(self) -> None:
        """Count out a client that left."""
        self._streams -= 1

    def close(self) -> None:
        """Begin nothing more; what is being read is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
