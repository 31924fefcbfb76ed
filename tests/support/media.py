"""Writes real pictures and videos for tests, and plays a camera over HTTP on loopback.

Every frame of `numbered_frames` carries a red marker in its top left corner, a blue one in its
bottom right corner, and its own number as black and white squares that survive lossy coding.
"""

from __future__ import annotations

import itertools
import struct
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

RED_BGR = (30, 30, 220)
BLUE_BGR = (220, 60, 30)
NUMBER_BITS = 12
AUDIO_RATE = 48_000


def numbered_frame(number: int, size_wh: tuple[int, int] = (320, 240)) -> Image:
    """Return ``(height, width, 3) uint8`` BGR with both markers and the number, 0 to 4095."""
    width, height = size_wh
    image = np.full((height, width, 3), 200, np.uint8)
    side = max(1, min(width, height) // 5)
    image[:side, :side] = RED_BGR
    image[height - side :, width - side :] = BLUE_BGR
    for bit, (x, y, cell) in enumerate(_number_cells(size_wh)):
        image[y : y + cell, x : x + cell] = 255 if number >> bit & 1 else 0
    return image


def numbered_frames(count: int, size_wh: tuple[int, int] = (320, 240)) -> list[Image]:
    """Return `count` numbered frames, from 0."""
    return [numbered_frame(number, size_wh) for number in range(count)]


def read_number(image: Image) -> int:
    """Return the number that `numbered_frame` drew on an upright picture."""
    height, width = image.shape[:2]
    bits = 0
    for bit, (x, y, cell) in enumerate(_number_cells((width, height))):
        inner = image[y + cell // 4 : y + cell - cell // 4, x + cell // 4 : x + cell - cell // 4]
        bits |= int(inner.mean() > 128) << bit
    return bits


def is_red(image: Image, x: int, y: int) -> bool:
    """Return whether the pixel is the red of the marker, with room for lossy coding."""
    blue, green, red = (int(value) for value in image[y, x])
    return red > 150 and green < 100 and blue < 100


def _number_cells(size_wh: tuple[int, int]) -> list[tuple[int, int, int]]:
    width, height = size_wh
    cell = max(1, min(width, height) // 10)
    left, top = max(0, width // 2 - 2 * cell), max(0, height // 2 - cell * 3 // 2)
    return [(left + bit % 4 * cell, top + bit // 4 * cell, cell) for bit in range(NUMBER_BITS)]


@dataclass(frozen=True, slots=True)
class Extras:
    """What a test video has beside its frames.

    Attributes:
        audio: add a tone as long as the video, AAC in mp4 and mov, else Opus or MP3.
        rotation: degrees clockwise that a player must turn the picture: 0, 90, 180 or 270; mp4 and
            mov only.
        times_s: the frames' times in seconds, for a variable rate; None spaces them by fps.
        pix_fmt: FFmpeg's pixel format; None takes the first that the codec has.
        start_s: time of the first frame.
        options: private options of the encoder.
        pixel_aspect: width of a pixel over its height, as the file states it; None states none.
    """

    audio: bool = False
    rotation: int = 0
    times_s: Sequence[float] | None = None
    pix_fmt: str | None = None
    start_s: float = 0.0
    options: tuple[tuple[str, str], ...] = ()
    pixel_aspect: Fraction | None = None


PLAIN = Extras()


def write_video(
    path: Path,
    frames: Iterable[Image],
    fps: float = 30,
    codec: str = "libx264",
    extras: Extras = PLAIN,
) -> Path:
    """Write a video whose container follows from the suffix, and return its path.

    Args:
        path: ends in .mp4, .mov, .mkv, .webm, .avi, .ts, .mpg, .gif, .h264 or .mjpeg.
        frames: ``(H, W, 3) uint8`` BGR, all of one size.
        fps: frames a second.
        codec: FFmpeg's name: libx264, libx265, mpeg4, mjpeg, libvpx, libvpx-vp9, gif, ...
        extras: sound, rotation, times and pixel format.
    """
    pictures = list(frames)
    rate = Fraction(fps).limit_denominator(1001)
    with av.open(str(path), "w") as container:
        video = _add_video(container, codec, rate, pictures[0], extras)
        audio = _add_audio(container, path) if extras.audio else None
        sound = tone(len(pictures) / float(rate)) if audio else iter(())
        for place, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame.time_base = Fraction(1, 90_000)
            frame.pts = round(_time_s(place, rate, extras) * 90_000)
            container.mux(video.encode(frame))
            for chunk in itertools.islice(sound, 2):
                container.mux(audio.encode(chunk))
        container.mux(video.encode())
        for chunk in sound:
            container.mux(audio.encode(chunk))
        if audio:
            container.mux(audio.encode())
    if extras.rotation:
        _ask_for_turning(path, extras.rotation)
    return path


def _ask_for_turning(path: Path, clockwise: int) -> None:
    """Set the matrix in the header of the first track (ISO/IEC 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    one = 1 << 16
    across, down = {90: (0, one), 180: (-one, 0), 270: (0, -one)}[clockwise]
    matrix = (across, down, 0, -down, across, 0, 0, 0, 1 << 30)
    struct.pack_into(">9i", data, data.index(b"tkhd") + 44, *matrix)
    path.write_bytes(data)


def _time_s(place: int, rate: Fraction, extras: Extras) -> float:
    spaced = place / float(rate) if extras.times_s is None else extras.times_s[place]
    return spaced + extras.start_s


def _add_video(
    container: Any, codec: str, rate: Fraction, picture: Image, extras: Extras
) -> av.VideoStream:
    stream = container.add_stream(codec, rate=rate, options=dict(extras.options))
    stream.height, stream.width = picture.shape[:2]
    formats = av.codec.Codec(codec, "w").video_formats or ()
    stream.pix_fmt = extras.pix_fmt or (formats[0].name if formats else "yuv420p")
    odd = stream.width % 2 or stream.height % 2
    if odd and extras.pix_fmt is None and codec == "libx264":
        stream.pix_fmt = "yuv444p"
    if extras.pixel_aspect is not None:
        stream.codec_context.sample_aspect_ratio = extras.pixel_aspect
    if extras.times_s is not None or extras.start_s:
        stream.codec_context.time_base = Fraction(1, 90_000)
    return stream


def _add_audio(container: Any, path: Path) -> av.AudioStream:
    codec = {".webm": "libopus", ".mkv": "libopus", ".avi": "libmp3lame"}.get(path.suffix, "aac")
    return container.add_stream(codec, rate=AUDIO_RATE, layout="mono")


def tone(seconds: float, samples: int = 960) -> Iterator[av.AudioFrame]:
    """Yield a tone of 440 Hz, mono, in frames that encoders take."""
    for start in range(0, int(seconds * AUDIO_RATE), samples):
        phase = (np.arange(start, start + samples) * (2 * np.pi * 440 / AUDIO_RATE))[None]
        frame = av.AudioFrame.from_ndarray(
            (np.sin(phase) * 8000).astype(np.int16), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = AUDIO_RATE, start
        yield frame


def write_image(path: Path, image: NDArray[Any], params: Sequence[int] = ()) -> Path:
    """Write a picture in the form that the suffix names, whatever characters the name has."""
    path.write_bytes(encoded(path.suffix, image, params))
    return path


def encoded(suffix: str, image: NDArray[Any], params: Sequence[int] = ()) -> bytes:
    """Return a picture as the bytes of a file with that suffix."""
    done, data = cv2.imencode(suffix, image, list(params))
    assert done, f"OpenCV writes no {suffix}"
    return data.tobytes()


class MjpegCamera:
    """A camera on ``http://127.0.0.1``: motion JPEG, as IP cameras and phones send it.

    Args:
        frames: what it sends.
        fps: frames a second.
        laps: how often it sends them; None for ever.

    Attributes:
        url: where to open it.
        stalled: while set, viewers are let in but get nothing more.
        frozen: while set, they get the last picture again and again; else no two pictures in a
            row are the same, as with every sensor.
        garbled: while set, they get bytes that are no picture.
        refusing: while set, they are hung up on and turned away.
        requests: how many viewers have connected so far.
        newest: number of the picture that was sent last, counted on from lap to lap.
    """

    def __init__(self, frames: Sequence[Image], fps: float = 30, laps: int | None = None) -> None:
        self.stalled, self.frozen, self.garbled, self.refusing = (
            threading.Event() for _ in range(4)
        )
        self.requests, self.newest = 0, -1
        self._closed = threading.Event()
        brighter = [cv2.add(frame, np.full_like(frame, 4)) for frame in frames]
        self._parts = [(_part(a), _part(b)) for a, b in zip(frames, brighter, strict=True)]
        self._pause_s, self._laps = 1 / fps, laps
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/video"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera.requests += 1
                if camera.refusing.is_set():
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    camera._send(self.wfile)
                except OSError:  # the viewer has left
                    return

            def log_message(self, *_: object) -> None:
                return

        return Handler

    def _send(self, viewer: Any) -> None:
        last = b""
        for lap in itertools.count() if self._laps is None else range(self._laps):
            for place, variants in enumerate(self._parts):
                number = lap * len(self._parts) + place
                part = variants[number % 2]
                while self.stalled.is_set() and not self._closed.wait(0.02):
                    pass
                if self._closed.wait(self._pause_s) or self.refusing.is_set():
                    return
                last = last if last and self.frozen.is_set() else part
                viewer.write(b"\xff" * 999 if self.garbled.is_set() else last)
                self.newest = number

    def close(self) -> None:
        """Hang up on every viewer; a second call does nothing."""
        if not self._closed.is_set():
            self._closed.set()
            self._server.shutdown()
            self._server.server_close()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _part(frame: Image) -> bytes:
    jpeg = encoded(".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, 90))
    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return head.encode() + jpeg + b"\r\n"
