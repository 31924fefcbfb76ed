"""``/v1/learn``: a training on what was taught, in a process of its own, that can be undone."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from camdigits.errors import OutputError
from camdigits.support.context_manager import Closeable
from camdigits.support.printable import printable, reason
from camdigits.support.user_folders import TAUGHT_NAME
from camdigits.teaching.examples import TeachFolder
from camdigits.types import SCHEMA
from camdigits.web.api.parameters import asked_of
from camdigits.web.api.responses import RefusedError

STATES = ("idle", "running", "done", "failed")
MOST_LINES = 20
"""Of what a training prints, the last ones."""
_END_S = 10.0


class LearningService(Closeable):
    """Runs one training at a time, and keeps the weights that it replaces.

    Args:
        command: trains, and puts its weights into the folder `taught`; what it prints on standard
            output is its result.
        folder: of the examples that it learns from.
        taught: where its weights go, and reading finds them.
        former: where those before are kept; need not exist.
    """

    def __init__(self, command: Sequence[str], folder: Path, taught: Path, former: Path) -> None:
        self._command, self._folder = list(command), TeachFolder(folder)
        self._taught, self._former = taught, former
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._state, self._text, self._lines = "idle", "", list[str]()
        self._is_stopped = False

    def told(self) -> dict[str, Any]:
        """Return the record that says how it stands."""
        with self._lock:
            return {
                "schema": SCHEMA,
                "type": "learning",
                "state": self._state,
                "text": self._text,
                "lines": list(self._lines),
                "count": len(self._folder),
                "can_undo": self._state != "running" and self._former.exists(),
            }

    def start(self) -> None:
        """Begin to train.

        Raises:
            RefusedError: if it trains already, or nothing was taught.
            OutputError: if the weights before cannot be kept.
        """
        with self._lock:
            if self._state == "running":
                raise RefusedError(409, "it learns already; wait for its end, or stop it")
            if not len(self._folder):
                raise RefusedError(404, "nothing was taught yet; name some digits first")
            kept = self._keep()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
            )
            self._state, self._text, self._lines = "running", "", []
            self._is_stopped = False
        threading.Thread(target=self._follow, args=(self._process, kept), daemon=True).start()

    def go_back(self) -> None:
        """Stop a training that runs, else put the weights before it in place of its own.

        Raises:
            RefusedError: if there is nothing to stop or to go back to.
            OutputError: if the weights cannot be put back.
        """
        with self._lock:
            if self._state == "running":
                self._stop()
                return
            if not self._former.exists():
                raise RefusedError(404, "there is nothing to go back to")
            try:
                shutil.rmtree(self._taught, ignore_errors=True)
                if any(self._former.iterdir()):
                    self._former.rename(self._taught)
                else:  # the bundled weights were used
                    self._former.rmdir()
            except OSError as error:
                raise _unkept(self._taught, error) from error
            self._state, self._text, self._lines = "idle", "", []

    def close(self) -> None:
        """End a training that runs; the weights stay as they were."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._is_stopped = True
            self._process.terminate()
            try:
                self._process.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _keep(self) -> Path:
        """Copy the weights that are used now, and return where; an empty folder if there are none.

        Raises:
            OutputError: if they cannot be copied.
        """
        kept = self._former.with_name(f"{self._former.name}-new")
        try:
            shutil.rmtree(kept, ignore_errors=True)
            if self._taught.is_dir():
                shutil.copytree(self._taught, kept)
            else:
                kept.mkdir(parents=True)
        except OSError as error:
            raise _unkept(kept, error) from error
        return kept

    def _follow(self, process: subprocess.Popen[str], kept: Path) -> None:
        """Take what a training says until it ends; its thread's only function."""
        assert process.stdout is not None and process.stderr is not None
        told = threading.Thread(target=self._take, args=(process.stderr,), daemon=True)
        told.start()
        for line in process.stdout:
            with self._lock:
                self._lines = [*self._lines, printable(line.strip())][-MOST_LINES:]
        told.join()
        code = process.wait()
        with self._lock:
            # Stopped in its last trials, a training has left its weights all the same.
            if _bytes(self._taught) == _bytes(kept):
                shutil.rmtree(kept, ignore_errors=True)
            else:
                shutil.rmtree(self._former, ignore_errors=True)
                with suppress(OSError):
                    kept.rename(self._former)
            self._state = "done" if code == 0 else "idle" if self._is_stopped else "failed"

    def _take(self, stream: IO[str]) -> None:
        for line in stream:
            if line.strip():
                with self._lock:
                    self._text = printable(line.strip())


def _bytes(folder: Path) -> bytes | None:
    try:
        return (folder / TAUGHT_NAME).read_bytes()
    except OSError:
        return None


def _unkept(path: Path, error: OSError) -> OutputError:
    return OutputError(f"cannot keep weights in {printable(str(path))}: {reason(error)}")


async def told(request: Request) -> Response:
    """Answer with how the learning stands."""
    return JSONResponse(_service(request).told())


async def start(request: Request) -> Response:
    """Learn what was taught."""
    service = _service(request)
    await request.app.state.pool.do(service.start)
    return JSONResponse(service.told())


async def go_back(request: Request) -> Response:
    """Stop learning, or undo it."""
    service = _service(request)
    await request.app.state.pool.do(service.go_back)
    return JSONResponse(service.told())


def _service(request: Request) -> LearningService:
    asked_of(request.query_params)
    service: LearningService | None = request.app.state.learning
    if service is None:
        raise RefusedError(404, "this server learns nothing; see docs/train.md")
    return service
