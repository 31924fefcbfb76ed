"""Frames that are decoded while others are looked at."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from camdigits.errors import SourceDamagedError
from camdigits.sources.videos.prefetch import KEPT_FRAMES, MOST_FRAMES, MOST_PIXELS, prefetch
from camdigits.types import Frame

SMALL = np.zeros((20, 30, 3), np.uint8)


class Decoder:
    """Gives frames, and counts how many were taken of it."""

    def __init__(self, count: int, image: np.ndarray = SMALL, error: Exception | None = None):
        self.taken, self.threads = 0, set[int]()
        self._count, self._image, self._error = count, image, error

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self._count):
            self.taken += 1
            self.threads.add(threading.get_ident())
            yield Frame(self._image, index, index / 30)
        if self._error is not None:
            raise self._error


def test_frames_come_in_their_order_from_another_thread():
    decoder = Decoder(100)
    assert [frame.index for frame in prefetch(iter(decoder))] == list(range(100))
    assert len(decoder.threads) == 1
    assert threading.get_ident() not in decoder.threads


def test_frames_are_prepared_in_that_thread_before_they_come():
    prepared: list[int] = []
    threads: set[int] = set()

    def prepare(frame: Frame) -> None:
        prepared.append(frame.index)
        threads.add(threading.get_ident())

    decoder = Decoder(20)
    for frame in prefetch(iter(decoder), prepare):
        assert frame.index in prepared
    assert prepared == list(range(20))
    assert threads == decoder.threads


def test_nothing_is_taken_before_the_first_is_asked_for():
    decoder = Decoder(5)
    frames = prefetch(iter(decoder))
    assert decoder.taken == 0
    frames.close()
    assert decoder.taken == 0


@pytest.mark.parametrize(
    ("image", "most"),
    [
        (SMALL, MOST_FRAMES),
        # One pixel that is repeated, so that no memory is needed.
        (np.broadcast_to(SMALL[:1, :1], (2**12, 2**11, 3)), MOST_PIXELS // 2**23),
        (np.broadcast_to(SMALL[:1, :1], (2**13, 2**14, 3)), 1),
    ],
    ids=["small", "4K", "huge"],
)
def test_so_many_wait_at_most_and_none_is_taken_after_the_end(image: np.ndarray, most: int):
    decoder = Decoder(1000, image)
    frames = prefetch(iter(decoder))
    for count in range(1, 6):
        next(frames)
        assert decoder.taken <= count + most
    deadline_s = time.monotonic() + 10
    while decoder.taken < 5 + most and time.monotonic() < deadline_s:
        time.sleep(0.001)
    assert decoder.taken == 5 + most
    frames.close()
    taken = decoder.taken
    assert "decoding" not in " ".join(thread.name for thread in threading.enumerate())
    assert decoder.taken == taken


def test_what_the_source_raises_comes_after_its_last_frame():
    found = []
    with pytest.raises(SourceDamagedError, match="3 of 9"):
        for frame in prefetch(iter(Decoder(3, error=SourceDamagedError("3 of 9")))):
            found.append(frame.index)
    assert found == [0, 1, 2]


def test_memory_of_frames_is_given_back_in_the_rhythm_of_decoding():
    alive: list[weakref.ref[np.ndarray]] = []
    counts = []

    def decode() -> Iterator[Frame]:
        for index in range(60):
            image = np.zeros((20, 30, 3), np.uint8)
            alive.append(weakref.ref(image))
            yield Frame(image, index, index / 30)
            del image
            counts.append(sum(each() is not None for each in alive))

    for frame in prefetch(decode()):
        del frame
    # Whatever the pace of who looks at them.
    assert counts[-20:] == [MOST_FRAMES + KEPT_FRAMES] * 20


def test_opencv_leaves_the_decoder_a_core_until_the_last_video_is_closed():
    before = cv2.getNumThreads()
    try:
        cv2.setNumThreads(3)
        one, other = prefetch(iter(Decoder(5))), prefetch(iter(Decoder(5)))
        next(one)
        next(other)
        assert cv2.getNumThreads() == 2
        one.close()
        assert cv2.getNumThreads() == 2
        other.close()
        assert cv2.getNumThreads() == 3
        cv2.setNumThreads(1)
        assert len(list(prefetch(iter(Decoder(5))))) == 5
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(before)
