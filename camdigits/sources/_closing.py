"""The context manager that every source is."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Closing:
    """Closes itself when its ``with`` block is left, whatever the reason."""

    def close(self) -> None:
        """Give back what was opened; a second call does nothing."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
