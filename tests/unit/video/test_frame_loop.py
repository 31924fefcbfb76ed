"""Reading beside a window: every frame is shown at once, the newest one is read next."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import numpy as np
import pytest

from camdigits.errors import SourceError, UsageError
from camdigits.sources import open_source
from camdigits.sources.byte_reader import Reader
from camdigits.sources.videos.video import VideoSource
from camdigits.types import Frame, Reading
from camdigits.video.frame_loop import SequentialLoop, ThreadedLoop, open_loop
from tests.support.media import MjpegCamera, numbered_frames, read_number, write_video

SIZE_WH = (160, 120)


def frame(index: int) -> Frame:
    return Frame(np.full((SIZE_WH[1], SIZE_WH[0], 3), 200, np.uint8), index, index / 30)


def reading(of: Frame) -> Reading:
    return Reading("0", of.index, of.time_s, SIZE_WH, is_still=False)


class SlowReader:
    """Reads as many frames as the test lets it."""

    def __init__(self) -> None:
        self.may_read, self.has_begun = threading.Semaphore(0), threading.Semaphore(0)
        self.begun: list[int] = []
        self.error: Exception | None = None

    def __call__(self, of: Frame) -> Reading:
        self.begun.append(of.index)
        self.has_begun.release()
        assert self.may_read.acquire(timeout=100)
        if self.error:
            raise self.error
        return reading(of)


class Screen:
    """Notes what it shows."""

    def __init__(self) -> None:
        self.closed = self.is_waiting = False
        self.shown: list[tuple[int, int]] = []
        self.corrected: list[int] = []
        self.warnings: list[str] = []
        self.polls, self.lets_go_at = 0, 0

    def look(self, of: Frame, known: Reading) -> None:
        self.shown.append((of.index, known.index))

    def correct(self, known: Reading) -> None:
        self.corrected.append(known.index)

    def poll(self) -> None:
        self.polls += 1
        self.is_waiting = self.is_waiting and self.polls != self.lets_go_at

    def warn(self, text: str) -> None:
        self.warnings.append(text)


class Bench:
    """A reader beside a screen, over frames that the test hands in."""

    def __init__(self, looks: Iterator[Frame | None] = iter(())) -> None:  # noqa: B008
        self.read, self.screen = SlowReader(), Screen()
        source: Any = SimpleNamespace(name="0", looks=lambda: looks)
        self.reader = ThreadedLoop(source, self.read, self.screen)
        self.pairs: list[int] = []

    def take(self, index: int | None) -> None:
        done = self.reader.take(None if index is None else frame(index))
        assert all(of.index == known.index for of, known in done)
        self.pairs += [of.index for of, _ in done]

    def begins(self) -> None:
        """Wait until the next frame is being read."""
        assert self.read.has_begun.acquire(timeout=100)

    def finish(self) -> None:
        """Let the frame that is being read be done, and wait until it is."""
        before = len(self.reader._done)
        self.read.may_read.release()
        with self.reader._changed:
            assert self.reader._changed.wait_for(
                lambda: len(self.reader._done) > before or self.reader._error, timeout=100
            )


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.read.may_read.release(100)
    made.reader.close()


def test_every_frame_is_shown_while_one_is_read(bench: Bench) -> None:
    bench.take(0)
    bench.begins()
    for index in range(1, 6):
        bench.take(index)
    assert [shown for shown, _ in bench.screen.shown] == [0, 1, 2, 3, 4, 5]
    assert bench.read.begun == [0]
    assert bench.pairs == []


def test_the_newest_frame_is_read_next_and_readings_stay_in_order(bench: Bench) -> None:
    bench.take(0)
    bench.begins()
    bench.take(1)
    bench.take(2)
    bench.finish()
    bench.begins()
    bench.take(3)
    bench.take(4)
    bench.finish()
    bench.begins()
    bench.finish()
    bench.take(None)
    assert bench.read.begun == [0, 2, 4]
    assert bench.pairs == [0, 2, 4]


def test_a_reading_is_shown_at_once_where_no_new_frame_comes(bench: Bench) -> None:
    bench.take(7)
    bench.begins()
    bench.take(None)
    assert bench.screen.corrected == []
    bench.finish()
    bench.take(None)
    assert (bench.screen.corrected, bench.pairs) == ([7], [7])


def test_what_waits_is_read_and_nothing_else_is_shown(bench: Bench) -> None:
    bench.take(0)
    bench.begins()
    bench.take(1)
    bench.screen.is_waiting = True
    for index in (2, 3, 4):
        bench.take(index)
    bench.finish()
    bench.begins()
    bench.finish()
    bench.take(5)
    assert bench.screen.shown[-1][0] == 1
    assert bench.screen.corrected[-1] == 1
    assert bench.screen.polls == 4
    bench.screen.is_waiting = False
    bench.take(6)
    assert [shown for shown, _ in bench.screen.shown] == [0, 1, 6]
    assert bench.pairs == [0, 1]


def test_what_the_thread_raises_is_raised_after_the_readings_before_it(bench: Bench) -> None:
    bench.take(0)
    bench.begins()
    bench.take(1)
    bench.finish()
    bench.begins()
    bench.read.error = UsageError("the region lies outside")
    bench.finish()
    bench.take(2)
    assert bench.pairs == [0]
    with pytest.raises(UsageError, match="lies outside"):
        bench.take(3)
    with pytest.raises(UsageError, match="lies outside"):
        list(bench.reader.rest())


def test_what_was_shown_last_is_read_before_the_end_is_told() -> None:
    def looks() -> Iterator[Frame | None]:
        yield frame(0)
        yield frame(1)
        raise SourceError("camera 0 sent no picture")

    bench = Bench(looks())
    bench.read.may_read.release(100)
    pairs: list[int] = []
    with bench.reader as reader, pytest.raises(SourceError, match="no picture"):
        for look in reader.frames():
            pairs += [of.index for of, _ in reader.take(look)]
        pairs += [of.index for of, _ in reader.rest()]
        pytest.fail("the source's error is lost")
    assert bench.read.begun[-1] == 1


@pytest.mark.parametrize("ends_by", ["letting go", "closing"])
def test_a_frame_that_its_user_holds_outlasts_the_source(ends_by: str) -> None:
    def looks() -> Iterator[Frame | None]:
        yield frame(0)
        raise SourceError("camera 0 sent no picture")

    bench = Bench(looks())
    bench.read.may_read.release(100)
    with bench.reader as reader:
        for look in reader.frames():
            reader.take(look)
        bench.screen.is_waiting = True
        polls = bench.screen.polls
        bench.screen.lets_go_at = polls + 5
        if ends_by == "closing":
            bench.screen.poll = lambda: setattr(bench.screen, "closed", True)  # type: ignore[method-assign]
        with pytest.raises(SourceError, match="no picture"):
            list(reader.rest())
    assert set(bench.screen.warnings) == {"camera 0 sent no picture"}
    assert bench.screen.closed or bench.screen.polls == polls + 5


def test_closing_the_window_ends_the_frames() -> None:
    bench = Bench(iter([frame(0), frame(1), frame(2)]))
    bench.read.may_read.release(100)
    with bench.reader as reader:
        frames = iter(reader.frames())
        bench.reader.take(next(frames))
        bench.screen.closed = True
        assert list(frames) == []
        assert list(reader.rest()) == []


def test_closing_waits_for_the_frame_that_is_read_and_may_be_done_twice(bench: Bench) -> None:
    bench.take(0)
    bench.begins()
    bench.read.may_read.release()
    bench.reader.close()
    bench.reader.close()
    assert not any(thread.name == "reading" for thread in threading.enumerate())


@pytest.mark.parametrize("is_live", [True, False])
def test_files_and_what_nobody_looks_at_are_read_in_turn(is_live: bool) -> None:
    source: Any = SimpleNamespace(is_live=is_live, name="clip.mp4")
    assert isinstance(open_loop(source, reading, None), SequentialLoop)
    assert isinstance(open_loop(source, reading, Screen()), SequentialLoop)
    in_turn = SequentialLoop([frame(0), frame(1)], reading)  # type: ignore[arg-type]
    pairs = [pair for look in in_turn.frames() for pair in in_turn.take(look)]
    assert [(of.index, known.index) for of, known in pairs] == [(0, 0), (1, 1)]


def test_a_real_camera_goes_on_while_a_frame_is_read() -> None:
    """The pictures carry their number, so that what is shown can be told from what is read."""
    read, screen = SlowReader(), Screen()
    with (
        MjpegCamera(numbered_frames(60), fps=60) as camera,
        open_source(camera.url) as source,
        open_loop(source, read, screen) as reader,
    ):
        numbers: list[int] = []
        show = screen.look

        def look(of: Frame, known: Reading) -> None:
            numbers.append(read_number(of.image))
            show(of, known)

        screen.look = look  # type: ignore[method-assign]
        for frame_or_none in reader.frames():
            reader.take(frame_or_none)
            if len(numbers) == 20:
                break
        assert len(read.begun) == 1
        last = screen.shown[-1][0]
        read.may_read.release(2)
        list(reader.rest())
    assert numbers == sorted(set(numbers))
    assert read.begun[1:] == [last]


@pytest.mark.parametrize(
    ("kind", "is_ahead"), [("whole", True), ("cut off", False), ("from a pipe", False)]
)
def test_a_recorded_video_is_decoded_ahead_where_that_does_no_harm(
    kind: str, is_ahead: bool, tmp_path: Path
):
    clip = write_video(tmp_path / "clip.mkv", numbered_frames(30))
    if kind == "cut off":
        clip.write_bytes(clip.read_bytes()[: clip.stat().st_size * 2 // 3])
    stream: BinaryIO = clip.open("rb")
    if kind == "from a pipe":
        end, start = os.pipe()
        os.write(start, stream.read())  # short enough for a pipe
        os.close(start)
        stream = os.fdopen(end, "rb")
    source = VideoSource(Reader(stream), "clip")
    with source, open_loop(source, reading, None) as reader:
        first = next(iter(reader.frames()))
        names = {thread.name for thread in threading.enumerate()}
    assert first is not None
    assert first.index == 0
    assert ("decoding" in names) == is_ahead


def test_a_camera_is_read_without_what_decodes_videos():
    code = (
        "import sys, camdigits.video.frame_loop, camdigits.video.video_reader;"
        "import camdigits.sources.live.camera;"
        "sys.exit('av' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
