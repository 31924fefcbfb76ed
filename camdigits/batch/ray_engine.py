"""Ray does the work of a batch, on its cluster: it schedules, carries and retries.

The machines of the cluster have camdigits installed in the same version, and the sources and the
batch's folder mounted under the same paths.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Collection, Generator
from contextlib import contextmanager
from typing import Any

from camdigits.batch.engines import TRIES, ReaderDiedError, Ticket
from camdigits.batch.file_work import FileSummary, FileWork, read_to_file
from camdigits.errors import CamdigitsError, DependencyError
from camdigits.jobs.child_processes import cpu_count
from camdigits.support.context_manager import Closeable
from camdigits.support.printable import printable, reason

_OBJECT_STORE_BYTES = 100_000_000
"""Of a cluster of our own: only summaries travel, and Ray would take a third of the memory."""
_COUNT_AGAIN_S = 10.0
"""Machines may join a cluster while it works."""

_REACH_S = 10.0

_QUIET = {
    # Read when ray is imported: what Ray itself would print, reports of dead workers for one.
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
    "RAY_USAGE_STATS_ENABLED": "0",  # a cluster of our own tells nobody about itself
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class RayEngine(Closeable):
    """Tasks of Ray, one processor each."""

    def __init__(self, address: str | None = None, jobs: int | None = None) -> None:
        """Reach a cluster, or start one on this machine.

        Args:
            address: of the cluster, as `ray.init` takes it; None starts one.
            jobs: how many files are read at the same time; None takes one for each processor.

        Raises:
            DependencyError: if Ray is not installed.
            CamdigitsError: if the cluster cannot be reached or started.
        """
        self._ray = _import_ray()
        if address is not None:
            _check_reachable(address)
        self._most = jobs if address else None
        self._processors, self._counted_s = 0, 0.0
        own = {"num_cpus": jobs or cpu_count(), "object_store_memory": _OBJECT_STORE_BYTES}
        try:
            with _signals_kept():
                self._ray.init(
                    address or "local",
                    log_to_driver=False,
                    logging_level=logging.CRITICAL,
                    include_dashboard=None if address else False,
                    **({} if address else own),
                )
        except Exception as error:  # Ray has no class of its own for most of what can happen
            self.close()
            raise _unreachable(address, error) from error
        self._task = self._ray.remote(num_cpus=1, max_retries=TRIES - 1)(_read)

    @property
    def room(self) -> int:
        """How many tasks may wait or run: what `jobs` says, else twice the processors there are."""
        if self._most:
            return self._most
        if time.monotonic() - self._counted_s > _COUNT_AGAIN_S or not self._processors:
            self._processors = int(self._ray.cluster_resources().get("CPU", 1))
            self._counted_s = time.monotonic()
        return 2 * max(1, self._processors)

    def submit(self, work: FileWork) -> Ticket:
        """Hand in the reading of one file."""
        return self._task.remote(work)

    def wait(self, tickets: Collection[Ticket], timeout_s: float) -> list[Ticket]:
        """Return those that are finished as soon as there is one; none if the time is over."""
        done, _ = self._ray.wait(list(tickets), num_returns=1, timeout=timeout_s)
        return list(done)

    def result(self, ticket: Ticket) -> FileSummary:
        """Return what became of a file that is finished.

        Raises:
            ReaderDiedError: if the worker that read it, or its machine, died each time.
            OutputError, WeightsError: as `read_to_file` raised it.
            CamdigitsError: if Ray itself failed.
        """
        errors = self._ray.exceptions
        try:
            summary: FileSummary = self._ray.get(ticket)
            return summary
        except errors.RayTaskError as error:
            raise error.cause from error
        except errors.OutOfMemoryError as error:
            raise ReaderDiedError("SIGKILL") from error
        except errors.WorkerCrashedError as error:
            raise ReaderDiedError("in a worker of Ray") from error
        except (errors.NodeDiedError, errors.ObjectLostError) as error:
            raise ReaderDiedError("with its machine", is_machine=True) from error
        except errors.RayError as error:
            raise CamdigitsError(f"Ray failed: {reason(error)}") from error

    def close(self) -> None:
        """Leave the cluster, which ends our tasks there; one of our own ends with it."""
        with _signals_kept():
            self._ray.shutdown()


def _read(work: FileWork) -> FileSummary:
    """Read one file in a worker that has one processor."""
    import cv2

    cv2.setNumThreads(1)
    return read_to_file(work)


def _import_ray() -> Any:
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise DependencyError(
            f"Ray could not be loaded ({error}); pip install 'camdigits[ray]'"
        ) from error
    return ray


def _check_reachable(address: str) -> None:
    """Refuse at once where nobody listens; Ray itself would try for two minutes.

    Raises:
        CamdigitsError: if nobody listens there.
    """
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or "://" in address:
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _REACH_S).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, error) from error


def _unreachable(address: str | None, error: Exception) -> CamdigitsError:
    why = reason(error).partition("\\n")[0]
    if address is None:
        return CamdigitsError(f"Ray does not start here: {why}")
    return CamdigitsError(
        f"there is no Ray cluster at {printable(address)}: {why}; start one with: ray start --head"
    )


@contextmanager
def _signals_kept() -> Generator[None, None, None]:
    """Keep the handling of stop signals, which Ray replaces with an exit."""
    previous: dict[int, Any] = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }
    stopped = False
    try:
        yield
    except SystemExit:
        stopped = True
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if stopped:
        signal.raise_signal(signal.SIGTERM)
