"""Who does the work of a batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Protocol

from camdigits.batch.file_work import FileSummary, FileWork, read_to_file
from camdigits.jobs.child_processes import ChildDiedError, Children
from camdigits.support.context_manager import Closeable, ContextManager

TRIES = 2
"""A file whose reader died is begun once more; a second death is the file's own fault."""

Ticket = Any
"""Stands for work that was handed in; can be a key of a dictionary."""


class ReaderDiedError(Exception):
    """The process that read a file died, each time; the text says how.

    Attributes:
        is_machine: the machine died with it, so that the file is hardly to blame.
    """

    def __init__(self, ending: str, is_machine: bool = False) -> None:
        super().__init__(ending)
        self.is_machine = is_machine


class Engine(ContextManager, Protocol):
    """Does work elsewhere, several files at a time; a context manager that ends it all."""

    @property
    def room(self) -> int:
        """How much work may be handed in and not finished: enough to keep all readers busy."""
        ...

    def submit(self, work: FileWork) -> Ticket:
        """Hand in the reading of one file."""
        ...

    def wait(self, tickets: Collection[Ticket], timeout_s: float) -> list[Ticket]:
        """Return those that are finished as soon as there is one; none if the time is over."""
        ...

    def result(self, ticket: Ticket) -> FileSummary:
        """Return what became of a file that is finished.

        Raises:
            ReaderDiedError: if the process that read it died, each time.
            OutputError, WeightsError: as `read_to_file` raised it.
        """
        ...


OpenEngine = Callable[[], Engine]


class LocalEngine(Closeable):
    """Child processes on this machine."""

    def __init__(self, jobs: int) -> None:
        """Start none yet; they come with the work.

        Args:
            jobs: how many files are read at the same time.
        """
        self.room = 2 * jobs
        self._children: Children[FileWork, FileSummary] = Children(_one, jobs)

    def submit(self, work: FileWork) -> Future[list[FileSummary]]:
        """Hand in the reading of one file."""
        return self._children.submit(work, TRIES)

    def wait(self, tickets: Collection[Ticket], timeout_s: float) -> list[Ticket]:
        """Return those that are finished as soon as there is one; none if the time is over."""
        return list(wait(tickets, timeout_s, FIRST_COMPLETED).done)

    def result(self, ticket: Future[list[FileSummary]]) -> FileSummary:
        """Return what became of a file that is finished.

        Raises:
            ReaderDiedError: if the child that read it died, each time.
            OutputError, WeightsError: as `read_to_file` raised it.
        """
        try:
            [summary] = ticket.result()
            return summary
        except ChildDiedError as error:
            raise ReaderDiedError(str(error)) from error

    def close(self) -> None:
        """End all children; a second call does nothing."""
        self._children.close()


def _one(work: FileWork) -> Generator[FileSummary, None, None]:
    yield read_to_file(work)
