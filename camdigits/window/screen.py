"""Whether a window can be opened, found out without opening one."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from pathlib import Path

import cv2

from camdigits.types import Box

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
    if _answers() == ():
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


def screen_area() -> Box | None:
    """Return where windows can be seen, in pixels: the X screen; None where that is not known.

    It spans all monitors.
    """
    if not sys.platform.startswith("linux") or not os.environ.get("DISPLAY"):
        return None
    answers = _answers()
    return answers[0] if answers else None


def _answers() -> tuple[Box | None, ...]:
    """Connect to the X display that DISPLAY and XAUTHORITY name, as Qt would.

    In a thread of its own, which may hang: a display on another machine that does not answer
    takes minutes to give up.

    Returns:
        The area of its screen, if it has answered; None as that where it cannot be asked.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return (None,)  # OpenCV's Qt needs it as well; another OpenCV may speak something else
    answers: list[Box] = []
    thread = threading.Thread(target=_connect, args=(xcb, answers), daemon=True)
    thread.start()
    thread.join(_CONNECT_TIMEOUT_S)
    return tuple(answers)


class _Screen(ctypes.Structure):
    """The beginning of xcb_screen_t."""

    _fields_ = (
        ("words", ctypes.c_uint32 * 5),
        ("width", ctypes.c_uint16),
        ("height", ctypes.c_uint16),
    )


class _Screens(ctypes.Structure):
    """xcb_screen_iterator_t."""

    _fields_ = (
        ("data", ctypes.POINTER(_Screen)),
        ("left", ctypes.c_int),
        ("index", ctypes.c_int),
    )


def _connect(xcb: ctypes.CDLL, answers: list[Box]) -> None:
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_get_setup.restype = ctypes.c_void_p
    xcb.xcb_get_setup.argtypes = [ctypes.c_void_p]
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_setup_roots_iterator.argtypes = [ctypes.c_void_p]
    xcb.xcb_screen_next.argtypes = [ctypes.POINTER(_Screens)]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    wanted = ctypes.c_int(0)
    connection = xcb.xcb_connect(None, ctypes.byref(wanted))
    if xcb.xcb_connection_has_error(connection) == 0:
        screens = xcb.xcb_setup_roots_iterator(xcb.xcb_get_setup(connection))
        for _ in range(min(wanted.value, screens.left - 1)):
            xcb.xcb_screen_next(ctypes.byref(screens))
        screen = screens.data.contents
        answers.append(Box(0, 0, screen.width, screen.height))
    xcb.xcb_disconnect(connection)
