"""Against what tutorials do: `model.predict` of a Keras model, for each crop or each frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.clips import load_digits
from benchmarks.report import Row
from benchmarks.speed_clips import frames, page_of
from benchmarks.speed_frames import read_times

Image = NDArray[np.uint8]
Predict = Callable[[NDArray[np.float32]], object]

FRAMES = 3
GOALS = {"for each crop": 150.0, "once a frame": 10.0}


def crops_of(frame: Image) -> NDArray[np.float32]:
    """Do what tutorials do before they predict: threshold, contours, crops of 28x28."""
    gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    mean = cv2.ADAPTIVE_THRESH_MEAN_C
    ink = cv2.adaptiveThreshold(gray, 255, mean, cv2.THRESH_BINARY_INV, 31, 10)
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    crops = []
    for contour in contours:
        x, y, w, h = cv2.boundingRect(contour)
        if h >= 16 and w >= 3:
            crops.append(cv2.resize(ink[y : y + h, x : x + w], (20, 20)))
    padded = np.pad(np.array(crops, np.float32).reshape(-1, 20, 20), ((0, 0), (4, 4), (4, 4)))
    return (padded / np.float32(255))[..., None]


def loop_for_each_crop(predict: Predict, pictures: list[Image]) -> int:
    """Read frames as tutorials do; return how many crops they held."""
    count = 0
    for picture in pictures:
        for crop in crops_of(picture):
            predict(crop[None])
            count += 1
    return count


def loop_once_a_frame(predict: Predict, pictures: list[Image]) -> int:
    """The same with all crops of a frame at once."""
    count = 0
    for picture in pictures:
        crops = crops_of(picture)
        predict(crops)
        count += len(crops)
    return count


def rows(data: Path, _seconds: float, _runs: int) -> Iterator[Row]:
    """Compare digits a second."""
    from camdigits.training.models.architectures import build

    page = page_of(load_digits(data), (1280, 720)).image
    film = list(frames(page, 4.0, is_moving=True))
    model = build("lenet")
    started, digits = time.perf_counter(), 0
    for _, reading in read_times(film):
        digits += len(reading.digits)
    ours = digits / (time.perf_counter() - started)

    def predict(crops: NDArray[np.float32]) -> object:
        return model.predict(crops, verbose=0)

    predict(np.zeros((1, 28, 28, 1), np.float32))
    loops = {"for each crop": loop_for_each_crop, "once a frame": loop_once_a_frame}
    for how, loop in loops.items():
        started = time.perf_counter()
        count = loop(predict, film[:FRAMES])
        theirs = count / (time.perf_counter() - started)
        note = f"{ours:.0f} digits a second against {theirs:.0f}"
        what = f"hand-held 1280x720, 30 digits: against `model.predict` {how}"
        yield Row(what, ours / theirs, GOALS[how], "", "higher", note)
