"""Films of pages with known numbers: a hand-held camera over a sheet, a hand passing over it.

A page is rendered larger than the picture and seen through a camera that drifts, shakes, zooms and
turns; once it is jerked aside, once it loses its focus, once a hand passes through the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.dataset import Digits, load_dataset
from camdigits.training.pages import KINDS, Page, camera, render_page
from camdigits.training.pages.ground import papers
from camdigits.types import Box, Frame

Matrix = NDArray[np.float64]

KINDS_WITH_NUMBERS = ("plain", "rows", "ruled", "shadow", "blackboard", "marker")
KINDS_WITHOUT = ("blank", "clutter")
FPS = 25.0
SECONDS = 8.0
FRAME_WH = (1280, 720)
PAGE_WH = (2400, 1350)
"""Half as large again as what the camera sees of it at a zoom of 0.8."""

# Training digits that no training run sees.
_HELD_BACK = 55_000
_EXPOSURES = 3
_SHUTTER = 0.4
# Seconds at which these begin, and how long they last.
_JERK_S = (2.6, 0.35)
_FOCUS_S = (4.2, 0.5)
_HAND_S = (5.6, 1.4)
_HAND_BGR = (120, 150, 200)


@dataclass(frozen=True, slots=True)
class Seen:
    """One digit in one frame.

    Attributes:
        box: of its ink in the frame, in pixels.
        middle: of the ink, (x, y), not rounded.
        label: 0 to 9.
        number: place of its number in `Clip.numbers`.
        is_inside: it lies wholly in the picture.
        is_covered: a hand covers some of it.
    """

    box: Box
    middle: tuple[float, float]
    label: int
    number: int
    is_inside: bool = True
    is_covered: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether a reader must be able to read it."""
        return self.is_inside and not self.is_covered


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame and its truth: every digit of the clip in the same order, None where outside."""

    frame: Frame
    digits: tuple[Seen | None, ...]


class Clip:
    """A film that is rendered as it is looked at.

    Args:
        name: of the clip.
        page: what is filmed, of the size `PAGE_WH`.
        rng: draws the camera's way and the noise.
        seconds: how long it is.
    """

    def __init__(self, name: str, page: Page, rng: np.random.Generator, seconds: float) -> None:
        self.name, self.numbers, self.seconds = name, page.numbers, seconds
        self._page, self._rng = page, rng
        lengths = [len(text) for text in page.numbers]
        self._owner = np.repeat(np.arange(len(lengths)), lengths)
        self._path = _Path(rng, seconds)

    def __iter__(self) -> Iterator[Shot]:
        """Yield the frames, once."""
        for index in range(round(self.seconds * FPS)):
            yield self._shoot(index)

    def _shoot(self, index: int) -> Shot:
        time_s = index / FPS
        moments = time_s + np.arange(_EXPOSURES) * (_SHUTTER / FPS / _EXPOSURES)
        views = [self._path.view(float(moment)) for moment in moments]
        exposed = [
            cv2.warpAffine(self._page.image, view, FRAME_WH, borderMode=cv2.BORDER_REPLICATE)
            for view in views
        ]
        picture = np.mean(exposed, axis=0, dtype=np.float32)
        hand = _hand(time_s)
        picture[hand] = _HAND_BGR
        soft = cv2.GaussianBlur(picture, (0, 0), 0.6 + 3.0 * _bump(time_s, *_FOCUS_S))
        image = camera.add_noise(self._rng, np.asarray(soft, np.float32), 2.0)
        return Shot(Frame(image, index, time_s), self._truth(views[_EXPOSURES // 2], hand))

    def _truth(self, view: Matrix, hand: NDArray[np.bool_]) -> tuple[Seen | None, ...]:
        places = zip(self._page.digits, self._owner, strict=True)
        return tuple(_see(box, label, int(owner), view, hand) for (box, label), owner in places)


def written_clip(kind: str, seed: int, digits: Digits, seconds: float) -> Clip:
    """Return a film of a rendered page; the same arguments give the same frames.

    Args:
        kind: of the page, one of `KINDS_WITH_NUMBERS` or `KINDS_WITHOUT`.
        seed: of page and camera.
        digits: what is written with.
        seconds: how long it is.
    """
    rng = np.random.default_rng([KINDS.index(kind), seed, 7])
    page = render_page(rng, digits.images, digits.labels, kind, PAGE_WH)
    return Clip(f"{kind}-{seed}", page, rng, seconds)


def picture_clip(path: Path, seconds: float) -> Clip:
    """Return a film of a picture without digits.

    Raises:
        DataError: if it cannot be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise DataError(f"cannot read the picture {path}; take it out of the folder")
    grown = np.asarray(cv2.resize(image, PAGE_WH, interpolation=cv2.INTER_AREA), np.uint8)
    rng = np.random.default_rng(len(path.name))
    return Clip(path.name, Page(grown, (), ()), rng, seconds)


def load_digits(data: Path) -> Digits:
    """Return the training digits that are held back from training.

    Raises:
        DataError: if MNIST is not in the folder.
    """
    digits = load_dataset(data / "mnist").train
    return digits.take(np.arange(_HELD_BACK, len(digits.labels)))


class _Path:
    """How the camera moves: smooth, with the tremor of a hand, and one jerk."""

    def __init__(self, rng: np.random.Generator, seconds: float) -> None:
        count = round(seconds * FPS) + 2
        size = np.array([[5.0, 4.0, 0.2], [1.3, 1.3, 0.05]], np.float32)
        tremor = [papers.noise(rng, (count, 3), (grain, 1.0)) for grain in (25.0, 6.0)]
        self._tremor = tremor[0].T * size[0] + tremor[1].T * size[1]
        self._phase = rng.uniform(0.0, 2.0 * np.pi, 4)
        self._jerk = rng.uniform(-1.0, 1.0, 2) * (160.0, 90.0)

    def view(self, time_s: float) -> Matrix:
        """Return the ``(2, 3)`` map from the page to the picture at a time."""
        at = min(time_s * FPS, len(self._tremor) - 1.0)
        shake = [np.interp(at, np.arange(len(self._tremor)), column) for column in self._tremor.T]
        slow = np.sin(np.array([0.55, 0.7, 0.8, 0.5]) * time_s + self._phase)
        zoom = 0.8 * (1.0 + 0.1 * slow[2])
        middle = np.array(PAGE_WH) / 2.0 + slow[:2] * (330.0, 150.0)
        middle = middle + self._jerk * _bump(time_s, *_JERK_S)
        rotation = cv2.getRotationMatrix2D(
            (float(middle[0]), float(middle[1])), float(1.5 * slow[3] + shake[2]), float(zoom)
        )
        rotation[:, 2] += np.array(FRAME_WH) / 2.0 - middle + shake[:2]
        return np.asarray(rotation, np.float64)


def _see(box: Box, label: int, number: int, view: Matrix, hand: NDArray[np.bool_]) -> Seen | None:
    corners = np.array(
        [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]
    )
    moved = corners @ view[:, :2].T + view[:, 2]
    (left, top), (right, bottom) = moved.min(axis=0), moved.max(axis=0)
    seen = Box(round(left), round(top), max(1, round(right - left)), max(1, round(bottom - top)))
    if not seen.intersection(Box(0, 0, *FRAME_WH)):
        return None
    # Readers leave out ink that touches the edge; so does the truth.
    is_inside = left >= 8 and top >= 8 and right <= FRAME_WH[0] - 8 and bottom <= FRAME_WH[1] - 8
    around = hand[max(0, seen.y - 8) : seen.bottom + 8, max(0, seen.x - 8) : seen.right + 8]
    middle = float((left + right) / 2), float((top + bottom) / 2)
    return Seen(seen, middle, label, number, bool(is_inside), bool(around.any()))


def _hand(time_s: float) -> NDArray[np.bool_]:
    """Return where a hand and its arm cover the picture."""
    canvas = np.zeros(FRAME_WH[::-1], np.uint8)
    part = (time_s - _HAND_S[0]) / _HAND_S[1]
    if 0.0 < part < 1.0:
        x = round(-250 + part * (FRAME_WH[0] + 500))
        y = round(FRAME_WH[1] * (0.75 - 0.5 * np.sin(np.pi * part)))
        cv2.ellipse(canvas, (x, y), (110, 150), 20.0, 0, 360, 255, cv2.FILLED)
        cv2.line(canvas, (x, y), (x + 120, FRAME_WH[1] + 200), 255, 120)
    return canvas > 0


def _bump(time_s: float, start_s: float, length_s: float) -> float:
    """Return 0 outside, rising to 1 in the middle of a time."""
    part = min(1.0, max(0.0, (time_s - start_s) / length_s))
    return float(np.sin(np.pi * part) ** 2)
