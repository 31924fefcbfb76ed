"""Same input, same output: read twice, with one thread or two, alone or beside others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.cli.pages import page, write_clip, write_page
from tests.cli.test_process import HEADLESS, PATIENCE_S
from tests.support.media import numbered_frames, write_video

READER = """
import json, sys
import cv2
cv2.setNumThreads(int(sys.argv[1]))
from camdigits.jobs.files import read_file

for path in sys.argv[2:]:
    file = read_file(path, records="both")
    for record in file.records:
        print(json.dumps(record))
    print(file.error)
"""


def read(threads: int, *paths: Path) -> bytes:
    """Return what a process of its own reads with so many OpenCV threads."""
    return subprocess.run(
        [sys.executable, "-c", READER, str(threads), *map(str, paths)],
        capture_output=True,
        env=HEADLESS,
        timeout=PATIENCE_S,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return a page, a clip of it, and cut clips whose last frame is torn."""
    folder = tmp_path_factory.mktemp("clips")
    cut = [
        write_video(folder / "cut.mkv", numbered_frames(40, (160, 120))),
        write_video(folder / "cut.avi", numbered_frames(40, (160, 120)), codec="mpeg4"),
    ]
    for path in cut:
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    still = write_clip(folder / "clip.mp4", 30)
    moving = write_video(folder / "moving.mp4", [np.roll(page(), place, 1) for place in range(30)])
    return [write_page(folder / "page.png"), still, moving, *cut]


def test_records_are_the_same_bytes_on_one_thread_and_on_two(clips: list[Path]) -> None:
    once, again, threaded = read(1, *clips), read(1, *clips), read(2, *clips)

    assert len(once.splitlines()) > 60
    # Digits are followed in both clips, by decisions that have to be the same each time.
    for name in (b"clip.mp4", b"moving.mp4"):
        assert any(b"followed" in line for line in once.splitlines() if name in line)
    assert again == once
    assert threaded == once
