"""Whether a window can be opened, found out without opening one."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from pathlib import Path

import cv2

_CONNECT_TIMEOUT_S = 5.0


def display_problem() -> str | None:
    """Return why no window can be opened, in one line; None if one can be.

    OpenCV 5 and 4 abort the process when there is no display, which nothing can catch, so this
    has to be asked before the first call that shows something.
    """
    if hasattr(cv2, "currentUIFramework") and not cv2.currentUIFramework():
        return "this OpenCV has no windows: install opencv-python, not opencv-python-headless"
    if not sys.platform.startswith("linux"):
        return None
    display = os.environ.get("DISPLAY")
    if not display:
        if os.environ.get("WAYLAND_DISPLAY"):
            return "there is no X display (DISPLAY is not set): install XWayland"
        return "there is no display (DISPLAY is not set)"
    if not _can_connect():
        return f"the display {display!r} does not answer or does not let us in (DISPLAY)"
    return None


def prepare_qt() -> None:
    """Make Qt use the X display; call it before the first window.

    OpenCV's wheels carry no other platform of Qt's, but in a Wayland session Qt asks for one: it
    prints lines about that on stderr or, told by QT_QPA_PLATFORM, aborts the process.
    """
    plugins = os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH", "")
    if plugins.startswith(str(Path(cv2.__file__).parent)):
        os.environ.update(QT_QPA_PLATFORM="xcb", XDG_SESSION_TYPE="x11")


def _can_connect() -> bool:
    """Connect to the X display that DISPLAY and XAUTHORITY name, as Qt would.

    In a thread of its own, which may hang: a display on another machine that does not answer
    takes minutes to give up.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # OpenCV's Qt needs it as well; another OpenCV may speak something else
    answers: list[bool] = []
    thread = threading.Thread(target=_connect, args=(xcb, answers), daemon=True)
    thread.start()
    thread.join(_CONNECT_TIMEOUT_S)
    return answers == [True]


def _connect(xcb: ctypes.CDLL, answers: list[bool]) -> None:
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers.append(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
