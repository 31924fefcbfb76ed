"""What holds for every source, whatever it reads."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from camdigits.sources import open_source
from camdigits.sources.base import Source
from camdigits.sources.live.camera import CameraSource
from tests.support.documents import animation_of, scanned
from tests.support.media import (
    Extras,
    MjpegCamera,
    encoded,
    is_red,
    numbered_frame,
    numbered_frames,
    read_number,
    write_image,
    write_video,
)

COUNT = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source.

    Attributes:
        is_still: what it must say of itself.
        is_live: the same.
        ends: it ends by itself, after all its frames.
        count: of the frames of what ends.
    """

    is_still: bool
    is_live: bool
    ends: bool
    count: int = COUNT


KINDS = {
    "pdf": Kind(is_still=True, is_live=False, ends=True, count=3),
    "pdf on standard input": Kind(is_still=True, is_live=False, ends=True, count=3),
    "tiff": Kind(is_still=True, is_live=False, ends=True, count=3),
    "slide show": Kind(is_still=True, is_live=False, ends=True, count=3),
    "moving webp": Kind(is_still=False, is_live=False, ends=True),
    "image": Kind(is_still=True, is_live=False, ends=True, count=1),
    "image on standard input": Kind(is_still=True, is_live=False, ends=True, count=1),
    "video": Kind(is_still=False, is_live=False, ends=True),
    "pictures on standard input": Kind(is_still=False, is_live=False, ends=True),
    "interlaced video": Kind(is_still=False, is_live=False, ends=True),
    "video on standard input": Kind(is_still=False, is_live=False, ends=True),
    "camera over http": Kind(is_still=False, is_live=True, ends=False),
    "camera": Kind(is_still=False, is_live=True, ends=False),
}


class LoopingCapture:
    """Stands in for a camera of this machine."""

    def __init__(self) -> None:
        self._number = -1

    def read(self) -> tuple[bool, Any]:
        self._number = (self._number + 1) % 4096
        return True, numbered_frame(self._number)

    def get(self, prop: int) -> float:
        return 30.0 if prop == cv2.CAP_PROP_FPS else -1.0

    def release(self) -> None:
        return


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> Source:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Pipe(data)))
    return open_source("-")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> Iterator[Callable[[], Source]]:
    """Return what opens a source of that kind."""

    def open_file(name: str, data: bytes) -> Source:
        (tmp_path / name).write_bytes(data)
        return open_source(tmp_path / name)

    clip = tmp_path / "clip.mkv"
    with MjpegCamera(numbered_frames(200), fps=60) as camera:
        slides, moving = numbered_frames(3), numbered_frames(COUNT)
        openers: dict[str, Callable[[], Source]] = {
            "pdf": lambda: open_file("a.pdf", scanned(slides)),
            "pdf on standard input": lambda: piped(monkeypatch, scanned(slides)),
            "tiff": lambda: open_file("a.tif", cv2.imencodemulti(".tiff", slides)[1].tobytes()),
            "slide show": lambda: open_file("a.gif", animation_of(slides, "GIF", 1000)),
            "moving webp": lambda: open_file("a.webp", animation_of(moving, "WEBP", 100)),
            "image": lambda: open_source(write_image(tmp_path / "0.png", numbered_frame(0))),
            "image on standard input": lambda: piped(
                monkeypatch, encoded(".png", numbered_frame(0))
            ),
            "video": lambda: open_source(write_video(clip, numbered_frames(COUNT))),
            "video on standard input": lambda: piped(
                monkeypatch, write_video(clip, numbered_frames(COUNT)).read_bytes()
            ),
            "pictures on standard input": lambda: piped(
                monkeypatch, b"".join(encoded(".png", picture) for picture in moving)
            ),
            "interlaced video": lambda: open_source(
                write_video(clip, moving, extras=Extras(options=(("flags", "+ildct+ilme"),)))
            ),
            "camera over http": lambda: open_source(camera.url),
            "camera": lambda: CameraSource(LoopingCapture(), "0"),
        }
        yield openers[request.node.callspec.params["kind"]]


def test_source_describes_itself(opened: Callable[[], Source], kind: Kind) -> None:
    with opened() as source:
        assert (source.is_still, source.is_live) == (kind.is_still, kind.is_live)
        assert isinstance(source.name, str)
        assert source.fps is None or source.fps > 0
        assert source.frame_count is None or source.frame_count > 0
        assert not (source.is_live and source.frame_count)


def test_frames_are_bgr_pictures_in_order(opened: Callable[[], Source]) -> None:
    with opened() as source:
        frames = [frame for frame, _ in zip(source, range(5), strict=False)]
    assert frames
    for frame in frames:
        assert frame.image.shape == (240, 320, 3)
        assert frame.image.dtype == np.uint8
        assert is_red(frame.image, 5, 5)
        assert not is_red(frame.image, 314, 234)
        assert read_number(frame.image) == frame.index
    indices = [frame.index for frame in frames]
    assert indices == sorted(set(indices))
    times = [frame.time_s for frame in frames]
    assert times == sorted(times)
    assert times[0] >= 0.0


@pytest.mark.parametrize("kind", [name for name in KINDS if KINDS[name].ends], indirect=True)
def test_source_that_ends_gives_every_frame_once(opened: Callable[[], Source], kind: Kind) -> None:
    with opened() as source:
        indices = [frame.index for frame in source]
        assert indices == list(range(kind.count))
        assert list(source) == []


def test_source_may_be_closed_twice_and_without_reading(opened: Callable[[], Source]) -> None:
    source = opened()
    source.close()
    source.close()
    with opened() as again:
        next(iter(again))
        again.close()


def test_error_in_the_block_closes_the_source_and_goes_on(opened: Callable[[], Source]) -> None:
    with pytest.raises(KeyError, match="mine"), opened() as source:
        next(iter(source))
        raise KeyError("mine")
    assert list(source) == []


def test_frames_live_longer_than_their_source(opened: Callable[[], Source]) -> None:
    with opened() as source:
        frame = next(iter(source))
    assert is_red(frame.image, 5, 5)
