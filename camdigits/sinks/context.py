"""What all sinks share as context managers."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class SinkContext:
    """Closes itself when the context is left, whatever the reason."""

    def close(self) -> None:
        """Finish the output; a second call does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
