"""How much a client may ask for."""

from __future__ import annotations

from dataclasses import dataclass

FRAME_PART = 5
"""Frames have a fifth of the pixels at most that a posted picture may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what the server takes; what is over them is refused with a line that says so.

    Attributes:
        picture_bytes: of an encoded picture that is posted.
        picture_pixels: of a picture that is posted, looked at before it is decoded.
        head_s: for the head of a request to arrive, in seconds.
        upload_s: for a picture to arrive whole, in seconds.
        frame_bytes: of an encoded frame, or any other message on a WebSocket.
        frame_pixels: of a frame.
        frames_per_s: that are taken from one client; it has to wait beyond.
        streams: clients that send or watch at the same time.
        waiting: pictures that are read or wait to be, from all clients together.
        ping_s: between two questions whether a client lives, and for its answer, in seconds.
    """

    picture_bytes: int = 32 * 2**20
    picture_pixels: int = 50_000_000
    head_s: float = 10.0
    upload_s: float = 60.0
    frame_bytes: int = 4 * 2**20
    frame_pixels: int = 50_000_000 // FRAME_PART
    frames_per_s: float = 60.0
    streams: int = 16
    waiting: int = 8
    ping_s: float = 10.0
