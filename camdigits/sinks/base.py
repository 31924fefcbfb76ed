"""What everything that takes readings is like."""

from __future__ import annotations

from typing import Protocol

from camdigits.support.context_manager import ContextManager
from camdigits.types import Frame, Reading


class Sink(ContextManager, Protocol):
    """Takes frames with their readings, in order; a context manager that may be closed twice.

    Leaving the context after an error closes the sink like any other way of leaving: what was
    written so far stays, in a form that opens.
    """

    def write(self, frame: Frame, reading: Reading) -> None:
        """Take one frame and what was read on it.

        Raises:
            OutputError: if it could not be written; the sink can still be closed.
        """
        ...

    def close(self) -> None:
        """Finish the output; a second call does nothing.

        Raises:
            OutputError: if the output could not be finished.
        """
        ...

    def leave(self, error: BaseException | None) -> None:
        """Close, as the context is left.

        Args:
            error: why it is left early, None at its end.

        Raises:
            OutputError: see `close`; or in place of another output's, given as `error`, one that
                says also under which name this one is left, as it is not whole.
        """
        ...
