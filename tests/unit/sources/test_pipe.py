"""Pipes are read as they come: pictures whole, videos frame by frame."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from camdigits.errors import SourceDamagedError, SourceOpenError, UsageError
from camdigits.sources import open_source
from camdigits.sources.base import Source
from camdigits.sources.byte_reader import Reader
from camdigits.sources.media import is_picture, open_media
from tests.support.media import (
    PLAIN,
    Extras,
    encoded,
    numbered_frame,
    numbered_frames,
    read_number,
    write_video,
)
from tests.support.pictures import with_exif_orientation

COUNT = 60
LIVE = Extras(options=(("tune", "zerolatency"), ("preset", "ultrafast")))
STREAMS = [
    ("live.h264", "libx264", LIVE),
    ("live.ts", "libx264", LIVE),
    ("live.mkv", "libx264", LIVE),
    ("live.webm", "libvpx", Extras(options=(("deadline", "realtime"), ("cpu-used", "8")))),
    ("live.mjpeg", "mjpeg", PLAIN),
]


@contextmanager
def pipe() -> Iterator[tuple[Reader, io.RawIOBase]]:
    """Give both ends of a pipe; the writing end is closed at last."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as feed:
        yield Reader(os.fdopen(reading, "rb", buffering=0)), feed


def piped(data: bytes) -> Source:
    """Return the source that a pipe gives into which `data` is written."""
    with pipe() as (reader, feed):
        own = os.fdopen(os.dup(feed.fileno()), "wb", buffering=0)

    def write() -> None:
        with own:
            try:
                own.write(data)
            except BrokenPipeError:
                return

    threading.Thread(target=write, daemon=True).start()
    return open_media(reader, "-")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("streams")


@pytest.mark.parametrize(("name", "codec", "extras"), STREAMS, ids=[row[0] for row in STREAMS])
def test_first_frame_arrives_long_before_the_pipe_is_closed(
    folder: Path, name: str, codec: str, extras: Extras
) -> None:
    frames = numbered_frames(COUNT)
    data = write_video(folder / name, frames, 30, codec, extras).read_bytes()
    with pipe() as (reader, feed):
        feed_half = threading.Thread(target=feed.write, args=(data[: len(data) // 2],))
        feed_half.start()
        with open_media(reader, "-") as source:
            assert not source.is_live
            frame = next(iter(source))
            assert (frame.index, frame.time_s, read_number(frame.image)) == (0, 0.0, 0)
        feed_half.join()


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.avi", "a.ts", "a.flv", "a.gif", "a.mjpeg"])
def test_video_on_a_pipe_is_read_whole(folder: Path, name: str) -> None:
    codec = {".avi": "mjpeg", ".gif": "gif", ".mjpeg": "mjpeg"}.get(Path(name).suffix, "libx264")
    data = write_video(folder / name, numbered_frames(20), 30, codec).read_bytes()
    with piped(data) as source:
        assert [read_number(frame.image) for frame in source] == list(range(20))


def test_fragmented_mp4_on_a_pipe_is_read_as_it_comes(folder: Path) -> None:
    import av

    plain = write_video(folder / "whole.mp4", numbered_frames(60), 30, "libx264", LIVE)
    flags = {"movflags": "frag_every_frame+empty_moov+default_base_moof"}
    with av.open(str(plain)) as whole, av.open(str(folder / "f.mp4"), "w", options=flags) as out:
        stream = out.add_stream_from_template(whole.streams.video[0])
        for packet in whole.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    data = (folder / "f.mp4").read_bytes()
    with pipe() as (reader, feed):
        feed.write(data[: len(data) // 2])
        with open_media(reader, "-") as source:
            assert read_number(next(iter(source)).image) == 0


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".tiff"])
def test_picture_on_a_pipe_is_a_still(suffix: str) -> None:
    with piped(encoded(suffix, numbered_frame(77))) as source:
        assert source.is_still
        assert [read_number(frame.image) for frame in source] == [77]


def test_large_photo_on_a_pipe_is_a_still() -> None:
    with piped(encoded(".jpg", numbered_frame(5, (2000, 1500)))) as source:
        assert [frame.image.shape for frame in source] == [(1500, 2000, 3)]


def jpeg_with(marker: int, segment: bytes, jpeg: bytes) -> bytes:
    """Return a JPEG with one more segment at its beginning."""
    length = (len(segment) + 2).to_bytes(2, "big")
    return jpeg[:2] + bytes([0xFF, marker]) + length + segment + jpeg[2:]


def jpeg(size_wh: tuple[int, int] = (320, 240), is_grey: bool = False) -> bytes:
    frame = numbered_frame(9, size_wh)
    return encoded(".jpg", frame[:, :, 1] if is_grey else frame)


XMP = b"http://ns.adobe.com/xap/1.0/\0<x xmlns='http://ns.google.com/photos/1.0/container/'/>"
BEHIND_A_PHOTO = {
    "preview": jpeg() + jpeg((64, 48)),
    "preview with a thumbnail": jpeg() + jpeg_with(0xE1, bytes(60_000), jpeg((64, 48))),
    "two previews": jpeg() + jpeg((64, 48)) + jpeg((32, 24)),
    "grey depth map": jpeg() + jpeg(is_grey=True),
    "listed as multi-picture": jpeg_with(0xE2, b"MPF\0" + bytes(40), jpeg()) + jpeg(),
    "listed in XMP": jpeg_with(0xE1, XMP, jpeg()) + jpeg(),
    "cut in its header": jpeg() + jpeg()[:20],
    "no header": jpeg() + b"\xff\xd8\xff\0" + bytes(5000),
}


@pytest.mark.parametrize("data", BEHIND_A_PHOTO.values(), ids=BEHIND_A_PHOTO)
def test_photo_with_more_behind_it_is_a_still(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(data)
    assert is_picture(file)
    with piped(data) as source:
        assert source.is_still
        assert [frame.image.shape for frame in source] == [(240, 320, 3)]


def test_two_pictures_in_a_row_are_motion_jpeg() -> None:
    data = b"".join(encoded(".jpg", frame) for frame in numbered_frames(2))
    with piped(data) as source:
        assert not source.is_still
        assert [read_number(frame.image) for frame in source] == [0, 1]


def test_thumbnail_inside_a_photo_is_not_its_end() -> None:
    photo = with_exif_orientation(encoded(".jpg", numbered_frame(3)), 1)
    thumbnail = b"Exif\0\0" + encoded(".jpg", numbered_frame(3, (32, 24)))
    marked = photo[:2] + b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    with piped(marked + photo[2:]) as source:
        assert [frame.image.shape for frame in source] == [(240, 320, 3)]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "is empty"), (b"hello\n" * 100, "neither a picture nor a video")],
    ids=["empty", "text"],
)
def test_pipe_without_pictures_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SourceOpenError, match=says):
        piped(data)


@pytest.mark.parametrize("name", ["cut.mkv", "cut.avi"])
def test_pipe_that_ends_early_is_noticed(folder: Path, name: str) -> None:
    data = write_video(folder / name, numbered_frames(60), 30, "mjpeg").read_bytes()
    with piped(data[: len(data) // 2]) as source:
        frames = iter(source)
        with pytest.raises(SourceDamagedError, match=r"of (about )?60 frames read"):
            for _ in frames:
                pass


def test_terminal_as_standard_input_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    with pytest.raises(UsageError, match="terminal"):
        open_source("-")


def test_closed_standard_input_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SourceOpenError, match="closed"):
        open_source("-")


def test_empty_standard_input_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(SourceOpenError) as refused:
        open_source("-")
    assert str(refused.value) == "-: standard input is empty; pipe a picture or a video into it"


def test_standard_input_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(encoded(".png", numbered_frame(1))))
    monkeypatch.setattr("sys.stdin", stdin)
    with open_source("-") as source:
        assert source.name == "-"
        assert [read_number(frame.image) for frame in source] == [1]
    assert not stdin.closed
    assert not stdin.buffer.closed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_named_pipe_is_read_like_standard_input(folder: Path) -> None:
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    data = encoded(".png", numbered_frame(8))
    threading.Thread(target=fifo.write_bytes, args=(data,), daemon=True).start()
    with open_source(fifo) as source:
        assert [read_number(frame.image) for frame in source] == [8]
