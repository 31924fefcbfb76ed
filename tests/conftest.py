"""Fixtures that every test may use."""

from __future__ import annotations

import os
import signal
from itertools import count
from pathlib import Path

import cv2
import pytest
from hypothesis import settings

from camdigits.support.stderr import discard_stderr

DATA_VARIABLE = "CAMDIGITS_TEST_DATA"

SLOW_MARKS = ("train", "browser", "window")
SLOW_FOLDER = Path(__file__).parent / "faults"

_numbers = count()


def pytest_configure() -> None:
    """Have Ctrl-C and a hangup do what they usually do, also where tests run in the background.

    A shell starts background jobs with Ctrl-C ignored, and so do their children.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    _silence_ffmpeg()
    # How long an example takes says nothing on a machine that does other work.
    settings.register_profile("camdigits", deadline=None)
    settings.load_profile("camdigits")


def _silence_ffmpeg() -> None:
    """Have OpenCV's FFmpeg read its log level before a test opens a video with OpenCV itself.

    It reads it once in a process, as it is used first, and camdigits would come too late.
    """
    with pytest.MonkeyPatch.context() as patch, discard_stderr():
        patch.setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")
        cv2.VideoCapture("nothing.mp4", cv2.CAP_FFMPEG).release()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Start no workers for chosen files: most are done before a worker is ready."""
    is_chosen = all(Path(argument.partition("::")[0]).is_file() for argument in config.args)
    return 0 if is_chosen else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with tests that take seconds, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: not is_slow(item))


def is_slow(item: pytest.Item) -> bool:
    """Return whether a test is one of a kind that starts processes, browsers or trainings."""
    has_mark = any(item.get_closest_marker(name) for name in SLOW_MARKS)
    return has_mark or SLOW_FOLDER in item.path.parents


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """Keep tests away from what their user taught, in this process and in its children."""
    folder = tmp_path_factory.getbasetemp() / "data" / str(next(_numbers))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    # A window opens where the last one was left, as large as it was.
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder with MNIST and real photos that some tests measure on."""
    folder = os.environ.get(DATA_VARIABLE)
    if not folder:
        pytest.skip(f"{DATA_VARIABLE} does not name a folder with mnist/ and photos/")
    return Path(folder)
