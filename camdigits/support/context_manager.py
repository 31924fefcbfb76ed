"""Context managers: what everything is that holds something open."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self


class ContextManager(Protocol):
    """Gives back what it holds when its ``with`` block is left."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Closeable:
    """Closes itself when its ``with`` block is left, whatever the reason."""

    def close(self) -> None:
        """Finish, and give back what was opened; a second call does nothing."""

    def leave(self, error: BaseException | None) -> None:
        """Close, as the ``with`` block is left.

        Args:
            error: why it is left early, None at its end.
        """
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.leave(error)
