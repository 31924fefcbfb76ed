"""Keras's own copy of MNIST, downloaded where it is missing."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from camdigits.errors import DataError, DependencyError
from camdigits.training.models.backend import load_keras

FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""sha256 of the ``mnist.npz`` that Keras downloads, and checks itself."""

TIMEOUT_S = 30.0
"""How long the server may be silent; without a limit a blocked network waits for minutes."""


def keras_copy(is_good: Callable[[Path], bool]) -> Path:
    """Return the path of Keras's copy of MNIST, after downloading it if need be.

    Args:
        is_good: says whether a file that lies there already is MNIST.

    Raises:
        DataError: if it cannot be downloaded.
        DependencyError: if it would have to be downloaded and Keras is not installed.
    """
    path = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "datasets" / "mnist.npz"
    if not is_good(path):
        _download(path)
    return path


def _download(path: Path) -> None:
    advice = f"put mnist.npz (sha256 {FILE_SHA256}) at {path}, or name a copy with --data"
    try:
        keras = load_keras()
    except DependencyError as error:
        raise DependencyError(f"MNIST is not on this computer: {advice}") from error
    timeout_s = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_S)
    try:
        with redirect_stdout(StringIO()):  # its progress bar
            keras.datasets.mnist.load_data()
    except Exception as error:  # Keras wraps what urllib raises in a bare Exception
        reason = str(error).strip().split("\n")[-1]
        raise DataError(f"MNIST could not be downloaded ({reason}): {advice}") from error
    finally:
        socket.setdefaulttimeout(timeout_s)
