"""The context manager that everything is that holds something open."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Closing:
    """Closes itself when its ``with`` block is left, whatever the reason."""

    def close(self) -> None:
        """Finish, and give back what was opened; a second call does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
