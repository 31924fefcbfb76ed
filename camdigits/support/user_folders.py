"""Where camdigits keeps what belongs to its user, whatever folder it is called from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TAUGHT_NAME = "lenet.tflite"
"""The weights that `camdigits train --teach` makes."""


def data_folder() -> Path:
    """Return the folder for this user's data, which need not exist.

    ``XDG_DATA_HOME`` is obeyed on every system, so that one setting moves everything.
    """
    chosen = os.environ.get("XDG_DATA_HOME", "")
    if Path(chosen).is_absolute():
        return Path(chosen) / "camdigits"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or _home() / "AppData" / "Local"
        return Path(local) / "camdigits"
    if sys.platform == "darwin":
        return _home() / "Library" / "Application Support" / "camdigits"
    return _home() / ".local" / "share" / "camdigits"


def state_folder() -> Path:
    """Return the folder for what this user's windows remember, which need not exist."""
    chosen = os.environ.get("XDG_STATE_HOME", "")
    if Path(chosen).is_absolute():
        return Path(chosen) / "camdigits"
    if sys.platform in ("win32", "darwin"):
        return data_folder()
    return _home() / ".local" / "state" / "camdigits"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a container's user without an entry in /etc/passwd
        return Path.cwd()


def teach_folder() -> Path:
    """Return where digits that the user named are kept."""
    return data_folder() / "teach"


def taught_folder() -> Path:
    """Return where weights lie that learnt from those digits."""
    return data_folder() / "taught"


def taught_weights() -> Path | None:
    """Return the weights that were taught, None if there are none."""
    path = taught_folder() / TAUGHT_NAME
    try:
        return path if path.exists() else None
    except OSError:  # no permission to look
        return None
