"""Signals that come at every moment of the reading of frames."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX timers")

READER = """
import signal, sys, time
from camdigits import Recognizer
from camdigits.types import Frame
from tests.cli.pages import page

class Interrupted(KeyboardInterrupt):
    pass

def interrupt(number, frame):
    raise Interrupted

picture, count = page(), 0
reader = Recognizer().reader("clip")
for index in range(30):
    reader.read(Frame(picture, index, index / 30))
signal.signal(signal.SIGALRM, interrupt)
end_s = time.monotonic() + 2
while time.monotonic() < end_s:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0003 + count % 100 / 100_000)
        while True:
            index += 1
            reader.read(Frame(picture.copy(), index, index / 30))
    except Interrupted:
        count += 1
print(count)
"""
"""Reads a page that rests, is interrupted again and again, and says how often."""


def test_a_stop_signal_at_any_moment_of_reading_is_an_exception():
    done = subprocess.run(
        [sys.executable, "-c", READER], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert int(done.stdout) > 100
